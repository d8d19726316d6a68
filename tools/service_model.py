"""Trains the model of services from the labelled rows in the package: src/totalplace/services/model.npz.

python tools/service_model.py
"""

from __future__ import annotations

from pathlib import Path

OUT = Path(__file__).parent.parent / "src" / "totalplace" / "services" / "model.npz"


def main() -> None:
    """Writes model.npz: the same rows make the same file."""
    from totalplace.services.training import labels, train

    model = train(labels())
    model.save(OUT)
    print(f"{OUT}: {len(model.index):,} words, heat {model.heat}, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
