"""Reads what Python children record of their calls, through memory that they share with ipcviz."""
