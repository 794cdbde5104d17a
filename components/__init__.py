"""What visitors see and touch: widgets that return a value, views that show one, charts."""
