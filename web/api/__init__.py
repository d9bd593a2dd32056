"""The same console for programs: what the pages show and do, over HTTP with tokens, described by OpenAPI."""
