//! Chores: jobs that keep the house in order. The clock enqueues them, and they need to know nothing.

/// Declares a chore: its type, its kind, and the function that does it, which is given the context.
///
/// It has few attempts: the clock enqueues another before long.
macro_rules! chore {
    ($(#[$doc:meta])+ $name:ident = $kind:literal by $run:path) => {
        $(#[$doc])+
        #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $name {}

        #[async_trait::async_trait]
        impl $crate::kernel::jobs::Job for $name {
            const KIND: &'static str = $kind;
            const LANE: entity::kernel::job::Lane = entity::kernel::job::Lane::Maintenance;
            const ATTEMPTS_MAX: i32 = 3;

            async fn run(
                self,
                running: &$crate::kernel::jobs::Running,
            ) -> Result<$crate::kernel::jobs::End, $crate::kernel::jobs::Failure> {
                $run(running.ctx()).await?;
                Ok($crate::kernel::jobs::End::DONE)
            }
        }
    };
}

pub(crate) use chore;
