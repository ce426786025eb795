"""What is wrong with what the model tells, in plain words: one small rule a file."""
