"""ipcviz runs programs that talk over pipes and signals, and shows what the kernel sees."""

__version__ = "0.1.0"
