//! What a message does to the model: routing, and nothing else.
