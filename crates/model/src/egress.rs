//! Which hosts and addresses may be called.
