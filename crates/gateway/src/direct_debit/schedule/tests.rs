//! Schedules over a store in memory.
