"""Looks at processes that run already, whoever started them."""
