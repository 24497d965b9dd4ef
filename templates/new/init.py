"""{{name}} in a few words."""
from {{module}}._{{module}} import add

__all__ = ["add"]
