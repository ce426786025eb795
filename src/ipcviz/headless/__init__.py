"""A run without a screen: its steps played, and told as text or as events."""
