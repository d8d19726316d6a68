"""``python -m totalplace``."""

from totalplace.cli import main

if __name__ == "__main__":
    main()
