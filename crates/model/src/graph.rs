//! The wire shapes of graph, block and edge.
