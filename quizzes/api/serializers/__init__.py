"""The shapes that the endpoints take and give. They name the schema; tests hold every answer against it."""
