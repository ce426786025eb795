"""One look, in words: who is blocked, in which call, on whom, and what would end that."""
