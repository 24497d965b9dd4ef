"""Run with the finished wheel, by every interpreter that it is for."""
import {{module}}

assert {{module}}.add(2, 3) == 5
