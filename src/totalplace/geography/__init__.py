"""The wing of geography: small areas, how they touch, and the divisions that services make of them."""
