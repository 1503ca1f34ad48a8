"""Release in, pages out. Reads the release file and nothing else; draws, and does not compute."""
