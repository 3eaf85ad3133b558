//! The program as its users run it: a process that is killed, starved of its disk, raced, and told to stop.

mod bank;
mod books;
mod command_line;
mod crash;
mod faults;
mod gateway_process;
mod program;
mod proxy;
mod race;
mod random;
mod wire;
