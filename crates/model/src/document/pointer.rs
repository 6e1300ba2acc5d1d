//! JSON Pointer of a place.
