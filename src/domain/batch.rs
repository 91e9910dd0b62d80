//! Many posts handed to a provider in one file of its own form, and what it says of each row.

use super::ids::RemoteId;

/// What a provider says of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// How many rows it counted, where it says.
    pub total: Option<u64>,
    /// Its rows, in their order; rows that it says nothing of are missing.
    pub rows: Vec<Row>,
    /// What it remarks on the file as a whole.
    pub remarks: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which, counted from 1 below the head.
    pub number: u64,
    /// The post that it became.
    pub made: Option<RemoteId>,
    /// What is wrong with it; nothing where all is well.
    pub faults: Vec<String>,
}

impl Batch {
    /// The rows that something is wrong with.
    pub fn faulty(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.faults.is_empty())
    }

    /// How many posts were made.
    pub fn made(&self) -> usize {
        self.rows.iter().filter(|row| row.made.is_some()).count()
    }
}
