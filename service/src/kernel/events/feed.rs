//! The feed: the event log as it grows, told to whoever listens in this server.
//!
//! One reader serves all listeners, and rests while there is none. Each listener has a bounded
//! buffer; one that is too slow is told that it missed something, and never that it did not.

use {
    super::{
        super::{ctx::Ctx, error::Result},
        Event,
        bus::News,
        window::{FAR, NEAR, Window},
    },
    chrono::TimeDelta,
    entity::{id::EventLogId, kernel::event_log, scalar::DateTime},
    sea_orm::{
        ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
        sea_query::{Expr, ExprTrait},
    },
    std::{convert::Infallible, future::pending, sync::Arc, time::Duration},
    tokio::{
        sync::{broadcast, watch},
        time::{MissedTickBehavior, interval},
    },
};

/// How many events are read at once.
const READ_MAX: u64 = 1_000;

/// The event log as it grows.
pub struct Feed {
    ctx: Ctx,
    poll: Duration,
    sender: broadcast::Sender<Arc<Event>>,
    attendance: watch::Sender<Attendance>,
}

/// Who listens, and whether somebody reads for them.
#[derive(Clone, Copy, Debug, Default)]
struct Attendance {
    listeners: usize,
    /// How often the last listener has left: the reader then ends, even if another came at once.
    turn: u64,
    /// In which turn the reader knew where the log ends, so that whatever comes will be told.
    ready: Option<u64>,
}

impl Attendance {
    fn is_ready(&self) -> bool {
        self.ready == Some(self.turn)
    }
}

/// Somebody who wants to know what happens.
pub struct Listener {
    receiver: broadcast::Receiver<Arc<Event>>,
    attendance: watch::Sender<Attendance>,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// These things happened, in this order.
    Events(Vec<Arc<Event>>),
    /// Some things happened that can no longer be told.
    Missed,
}

impl Feed {
    /// A feed that keeps so many events for slow listeners, and reads the log so often though
    /// nothing hints at news.
    pub fn new(ctx: Ctx, buffer: usize, poll: Duration) -> Self {
        Self {
            ctx,
            poll,
            sender: broadcast::Sender::new(buffer),
            attendance: watch::Sender::default(),
        }
    }

    /// Listens: whatever is committed once this has answered will be heard.
    pub async fn listen(&self) -> Listener {
        let receiver = self.sender.subscribe();
        self.attendance.send_modify(|it| it.listeners += 1);
        let listener = Listener { receiver, attendance: self.attendance.clone() };
        self.until(Attendance::is_ready).await;
        listener
    }

    /// Reads and tells, for as long as it is polled.
    pub async fn run(&self) {
        let bus = self.ctx.bus();
        let attend = async {
            loop {
                let turn = self.until(|it| it.listeners > 0).await.turn;
                tokio::select! {
                    _ = self.until(|it| it.turn != turn) => {}
                    () = bus.listen() => {}
                    never = self.read(turn) => match never {},
                }
            }
        };
        tokio::select! {
            () = attend => {}
            () = bus.carry() => {}
        }
    }

    /// Waits until somebody listens.
    pub async fn attended(&self) {
        self.until(|it| it.listeners > 0 && it.is_ready()).await;
    }

    async fn until(&self, condition: impl Fn(&Attendance) -> bool) -> Attendance {
        let mut attendance = self.attendance.subscribe();
        let met = attendance.wait_for(condition).await;
        // It fails when the feed is gone, which this is a reference to.
        met.map_or_else(|_| Attendance::default(), |it| *it)
    }

    async fn read(&self, turn: u64) -> Infallible {
        let mut window = Window::default();
        let mut ticks = interval(self.poll);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_begun = false;
        loop {
            let back = tokio::select! {
                _ = ticks.tick() => FAR,
                () = self.ctx.bus().heard(News::Events) => NEAR,
            };
            let read = if is_begun {
                self.tell(&mut window, back).await
            } else {
                self.begin(&mut window).await
            };
            match read {
                Ok(()) if !is_begun => {
                    is_begun = true;
                    self.attendance.send_modify(|it| it.ready = Some(turn));
                }
                Ok(()) => {}
                Err(failure) => tracing::warn!(%failure, "the event log cannot be read"),
            }
        }
    }

    /// Finds the end of the log: what is there already is not told.
    async fn begin(&self, window: &mut Window) -> Result<()> {
        let last = event_log::Entity::find().order_by_desc(event_log::Column::CreatedAt);
        let Some(last) = last.one(self.ctx.db()).await? else { return Ok(()) };
        window.is_new(last.created_at, last.id);
        self.visit(window, FAR, |_| {}).await
    }

    async fn tell(&self, window: &mut Window, back: TimeDelta) -> Result<()> {
        self.visit(window, back, |event| {
            // Nobody may listen just now; then nobody needs it.
            let _ = self.sender.send(Arc::new(event));
        })
        .await
    }

    /// Reads what is new.
    async fn visit(
        &self,
        window: &mut Window,
        back: TimeDelta,
        mut visit: impl FnMut(Event),
    ) -> Result<()> {
        let now = self.ctx.now();
        let floor = window.floor(back, now);
        let mut after = None;
        loop {
            let rows = self.page(floor, after).await?;
            let is_last = u64::try_from(rows.len()).is_ok_and(|read| read < READ_MAX);
            after = rows.last().map(|row| (row.created_at, row.id));
            for row in rows {
                if window.is_new(row.created_at, row.id)
                    && let Some(event) = Event::read(row)
                {
                    visit(event);
                }
            }
            if is_last {
                window.forget(now);
                return Ok(());
            }
        }
    }

    /// Served by `idx_event_logs_created_at_id`.
    async fn page(
        &self,
        floor: Option<DateTime>,
        after: Option<(DateTime, EventLogId)>,
    ) -> Result<Vec<event_log::Model>> {
        use event_log::Column::{CreatedAt, Id};
        let mut query =
            event_log::Entity::find().order_by_asc(CreatedAt).order_by_asc(Id).limit(READ_MAX);
        if let Some((at, id)) = after {
            let place = Expr::tuple([Expr::col(CreatedAt), Expr::col(Id)]);
            query = query.filter(place.gt(Expr::tuple([Expr::value(at), Expr::value(id)])));
        } else if let Some(floor) = floor {
            query = query.filter(CreatedAt.gte(floor));
        }
        Ok(query.all(self.ctx.db()).await?)
    }
}

impl Listener {
    /// Waits for something wanted, and answers with what has happened by then: at most so many
    /// events, the last one of each row.
    pub async fn next(&mut self, events_max: usize, wanted: impl Fn(&Event) -> bool) -> Heard {
        let mut events: Vec<Arc<Event>> = Vec::new();
        loop {
            let received = match self.receiver.try_recv() {
                Ok(event) => Ok(event),
                Err(broadcast::error::TryRecvError::Lagged(_)) => return Heard::Missed,
                Err(_) if !events.is_empty() => return Heard::Events(events),
                Err(_) => self.receiver.recv().await,
            };
            let event = match received {
                Ok(event) => event,
                Err(broadcast::error::RecvError::Lagged(_)) => return Heard::Missed,
                // A feed that is gone says nothing more.
                Err(broadcast::error::RecvError::Closed) => pending().await,
            };
            if wanted(&event) {
                // A row that is new and changed at once is new.
                if !events.iter().any(|it| it.subject == event.subject) {
                    events.push(event);
                }
                if events.len() >= events_max {
                    return Heard::Events(events);
                }
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.attendance.send_modify(|it| {
            it.listeners -= 1;
            it.turn += u64::from(it.listeners == 0);
        });
    }
}
