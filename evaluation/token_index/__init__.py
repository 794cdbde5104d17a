"""An index of token vectors: compressed, memory-mapped, searched by candidates, then exactly."""
