"""The lab: any scenario built with a form, seen in all its figures, and shared by its address."""
