"""Watches processes from outside, through /proc and pidfds, without disturbing them."""
