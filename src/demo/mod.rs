//! The outside world in a box: simulated providers on loopback. Knows the wire contracts only.
