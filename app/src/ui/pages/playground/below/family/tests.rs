//! Pictures of trees, without a window.
