//! `SecondFactor`: codes that a person's device computes.

use {
    super::users::User,
    crate::graphql::{
        error::UserError,
        mutation::{self, mutations},
        object::object,
    },
    async_graphql::{Context, MergedObject, Object, Result, SimpleObject},
    entity::kernel::two_factor,
    service::kernel::identity::second_factor::{
        self, Confirmed, SecondFactorConfirmInput, SecondFactorDisableInput,
        SecondFactorStartInput, Started,
    },
};

object! {
    /// A second factor: codes that a person's device computes.
    SecondFactor: two_factor;
    one {
        /// Whose.
        user(user_id): User;
    }
}

/// What came of `secondFactorStart`.
#[derive(SimpleObject)]
pub(crate) struct SecondFactorStartPayload {
    /// What the device is told, in base 32; told this once.
    secret: Option<String>,
    /// The same as a URI, to be shown as a QR code.
    uri: Option<String>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

/// What came of `secondFactorConfirm`.
#[derive(SimpleObject)]
pub(crate) struct SecondFactorConfirmPayload {
    /// The second factor.
    second_factor: Option<SecondFactor>,
    /// Ten codes, each of which signs in once without the device; told this once.
    recovery_codes: Option<Vec<String>>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct BeginMutation;

#[Object]
impl BeginMutation {
    /// Makes a secret for a device. Codes are asked for once the device has shown a right one.
    async fn second_factor_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: SecondFactorStartInput,
    ) -> Result<SecondFactorStartPayload> {
        let start = async |ctx: &service::Ctx| second_factor::start(ctx, input).await;
        let (started, errors) =
            mutation::run::<_, Started>(ctx, "second_factor_start", start).await?;
        let (secret, uri) = started.map(|Started { secret, uri }| (secret, uri)).unzip();
        Ok(SecondFactorStartPayload { secret, uri, errors })
    }

    /// Asks for codes from now on, and ends all other sessions.
    async fn second_factor_confirm(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: SecondFactorConfirmInput,
    ) -> Result<SecondFactorConfirmPayload> {
        let confirm = async |ctx: &service::Ctx| second_factor::confirm(ctx, input).await;
        let (confirmed, errors) =
            mutation::run::<_, Confirmed>(ctx, "second_factor_confirm", confirm).await?;
        let (second_factor, recovery_codes) = confirmed
            .map(|Confirmed { second_factor, recovery_codes }| {
                (SecondFactor::from(second_factor), recovery_codes)
            })
            .unzip();
        Ok(SecondFactorConfirmPayload { second_factor, recovery_codes, errors })
    }
}

mutations! {
    EndMutation;
    /// Asks for codes no more.
    second_factor_disable(SecondFactorDisableInput) -> SecondFactorDisablePayload {
        /// The person.
        user: User
    } = second_factor::disable;
}

/// What can be done about second factors.
#[derive(Default, MergedObject)]
pub(crate) struct SecondFactorMutation(BeginMutation, EndMutation);
