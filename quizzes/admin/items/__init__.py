"""The authoring pages of items: write, check against the simulator, publish, look back."""
