//! What judging pairings writes, a statement a kind of row.

use {
    super::super::{alerts, second_opinion},
    crate::kernel::{bulk::missing, error::Result, txn::Txn},
    entity::{
        coaching::{alert, rule_evaluation},
        id::AlertId,
    },
};

/// What is yet to be written.
#[derive(Default)]
pub(super) struct Ledger<'a> {
    raised: Vec<(&'a Txn, alert::Model)>,
    changed: Vec<(&'a Txn, alert::Model, alert::Model)>,
    /// Findings that raise no alert.
    pub(super) evaluations: Vec<rule_evaluation::Model>,
    /// Alerts whose newest finding quotes texts.
    pub(super) quoting: Vec<(&'a Txn, AlertId)>,
}

impl<'a> Ledger<'a> {
    /// Takes an alert that is raised (no `before`) or changed.
    pub(super) fn put(&mut self, part: &'a Txn, before: Option<&alert::Model>, row: &alert::Model) {
        match before.filter(|it| it.id == row.id) {
            Some(before) => self.changed.push((part, before.clone(), row.clone())),
            None => self.raised.push((part, row.clone())),
        }
    }

    /// Writes it, and has people told of what is critical now, and a language model asked about texts.
    pub(super) async fn write(self, txn: &Txn) -> Result<()> {
        alerts::raise_each(&self.raised).await?;
        alerts::keep_each(&self.changed).await?;
        // One of the same day is there already.
        missing::insert(txn, &self.evaluations.iter().collect::<Vec<_>>()).await?;
        for (part, alert) in self.quoting {
            second_opinion::ask(part, alert).await?;
        }
        Ok(())
    }
}
