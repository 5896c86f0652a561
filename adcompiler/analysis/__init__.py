"""Facts about a function, computed when they are asked for and never stored on its ops."""
