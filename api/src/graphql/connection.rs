//! Connections: pages of lists, by the Relay specification, with the nodes beside the edges.

use {
    super::{
        error::{Shared, public},
        loads::Loads,
        object::{Node, joins},
    },
    async_graphql::{Context, Lookahead, Object, OutputType, Result, SimpleObject, TypeName},
    sea_orm::prelude::Uuid,
    service::kernel::list::{Arguments, List, Listed, Page, cursor::Cursor},
    std::borrow::Cow,
};

/// What a list of objects can be narrowed by.
pub(crate) type Filter<N> = <<N as Node>::Entity as Listed>::Filter;
/// What a list of objects can be ordered by.
pub(crate) type Order<N> = <<N as Node>::Entity as Listed>::Order;

/// A page of a list, and what is known of the list.
pub(crate) struct Connection<N: Node> {
    list: List,
    parent: Option<(&'static str, Uuid)>,
    edges: Vec<Edge<N>>,
    has_next: bool,
    has_previous: bool,
}

/// A row of a list.
pub(crate) struct Edge<N: Node> {
    node: N,
    seal: u64,
    order: &'static str,
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether there are rows behind the page.
    has_next_page: bool,
    /// Whether there are rows before the page.
    has_previous_page: bool,
    /// The cursor of the page's first row; none when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the page's last row; none when the page is empty.
    end_cursor: Option<String>,
}

impl<N: Node> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <N as OutputType>::type_name()).into()
    }
}

impl<N: Node> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <N as OutputType>::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: Node<Entity: Listed>> Connection<N> {
    /// The rows of the page, each with its cursor.
    async fn edges(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// The rows of the page.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in its list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(Edge::at),
            end_cursor: self.edges.last().map(Edge::at),
        }
    }

    /// How many rows the list has, whatever the page; counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        let loads = Loads::of(ctx);
        match self.parent {
            Some(parent) => loads.count::<N::Entity>(parent, self.list.clone()).await.shared(),
            None => loads.reader().count::<N::Entity>(&self.list).await.map_err(|it| public(&it)),
        }
    }
}

/// A row of a list, and its place in it.
#[Object(name_type)]
impl<N: Node<Entity: Listed>> Edge<N> {
    /// The place of the row in its list: `after` and `before` of the same list take it.
    async fn cursor(&self) -> String {
        self.at()
    }

    /// The row.
    async fn node(&self) -> &N {
        &self.node
    }
}

impl<N: Node<Entity: Listed>> Edge<N> {
    fn at(&self) -> String {
        Cursor::write::<N::Entity>(self.node.row(), self.seal, self.order)
    }
}

impl<N: Node<Entity: Listed>> Connection<N> {
    /// A page of the whole table's list, which stands at `field` of the schema.
    pub(crate) async fn root(
        ctx: &Context<'_>,
        field: &str,
        arguments: Arguments<Filter<N>, Order<N>>,
    ) -> Result<Self> {
        let list = List::of::<N::Entity>(field, arguments).map_err(|it| public(&it))?;
        let wanted = Wanted::by::<N>(ctx, &list);
        if !wanted.rows {
            return Ok(Self::new(
                list,
                None,
                Page { rows: vec![], has_next: false, has_previous: false },
            ));
        }
        let reader = Loads::of(ctx).reader();
        let page = reader.page::<N::Entity>(&list, wanted.peek, &wanted.joins).await;
        Ok(Self::new(list, None, page.map_err(|it| public(&it))?))
    }

    /// A page of the list of a parent: the rows whose column refers to it.
    pub(crate) async fn under(
        ctx: &Context<'_>,
        field: &str,
        parent: (&'static str, Uuid),
        arguments: Arguments<Filter<N>, Order<N>>,
    ) -> Result<Self> {
        let list = List::of::<N::Entity>(field, arguments).map_err(|it| public(&it))?;
        let Wanted { rows, peek, joins } = Wanted::by::<N>(ctx, &list);
        if !rows {
            let page = Page { rows: vec![], has_next: false, has_previous: false };
            return Ok(Self::new(list, Some(parent), page));
        }
        let page = Loads::of(ctx).page::<N::Entity>(parent, list.clone(), peek, joins).await;
        Ok(Self::new(list, Some(parent), page.shared()?))
    }

    fn new(
        list: List,
        parent: Option<(&'static str, Uuid)>,
        page: Page<<N::Entity as sea_orm::EntityTrait>::Model>,
    ) -> Self {
        let Page { rows, has_next, has_previous } = page;
        let (seal, order) = (list.seal, list.order);
        let edges = rows.into_iter().map(|row| Edge { node: row.into(), seal, order }).collect();
        Self { list, parent, edges, has_next, has_previous }
    }
}

/// What a document asks of a connection.
struct Wanted {
    /// Whether it asks for anything that rows are read for.
    rows: bool,
    /// Whether it asks if there are more of them.
    peek: bool,
    /// What rides along with each.
    joins: Vec<service::kernel::list::statement::Join>,
}

impl Wanted {
    fn by<N: Node>(ctx: &Context<'_>, list: &List) -> Self {
        let look = ctx.look_ahead();
        let nodes = [look.field("nodes"), look.field("edges").field("node")];
        let info = look.field("pageInfo");
        let more = if list.is_backwards { "hasPreviousPage" } else { "hasNextPage" };
        let is_asked = |it: &Lookahead<'_>| it.exists();
        Self {
            rows: nodes.iter().any(is_asked) || info.exists() || look.field("edges").exists(),
            peek: info.field(more).exists(),
            joins: joins(&nodes, N::TO_ONE),
        }
    }
}
