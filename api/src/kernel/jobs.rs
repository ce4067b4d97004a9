//! `Job`: what the server does by itself, now or later, until it is done.

use {
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
        subscription::subscriptions,
    },
    entity::kernel::job,
    service::kernel::jobs::desk::{self, JobCancelInput, JobDiscardInput, JobRetryInput},
};

object! {
    /// Something that the server does by itself, now or later, until it is done.
    Job: job;
}

roots! {
    JobQuery: Job;
    one {
        /// The job with an id.
        job;
    }
    many {
        /// Jobs, newest first unless ordered otherwise. Those that are done are forgotten after a day,
        /// others that are finished after thirty.
        jobs;
    }
}

mutations! {
    JobMutation;
    /// Begins a dead or cancelled job anew, with all its attempts before it.
    job_retry(JobRetryInput) -> JobRetryPayload {
        /// The job as it is now.
        job: Job
    } = desk::retry;
    /// Puts a dead job away: it is cancelled, and counted as dead no more.
    job_discard(JobDiscardInput) -> JobDiscardPayload {
        /// The job as it is now.
        job: Job
    } = desk::discard;
    /// Stops a job that waits or runs. One that runs goes on for a third of its lease at most, and whatever
    /// it would note after that is discarded.
    job_cancel(JobCancelInput) -> JobCancelPayload {
        /// The job as it is now.
        job: Job
    } = desk::cancel;
}

subscriptions! {
    JobSubscription;
    /// Jobs that tell how far they are, as they get on; and those that died, or that somebody has begun anew
    /// or stopped.
    job_progress(JobsManage) -> JobProgressPayload {
        /// The job as it is now; null exactly when `resync` is true.
        job: Job
    } = |_| true;
}
