//! What people and programs read of findings, on every kind of text that a file may hold.

mod case;
mod github;
mod human;
mod lines;
mod mask;
mod programs;
mod sarif;
mod total;
