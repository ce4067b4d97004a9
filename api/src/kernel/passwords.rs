//! How people choose passwords, and confirm addresses.

use {
    super::users::User,
    crate::graphql::{
        error::UserError,
        mutation::{self, mutations},
    },
    async_graphql::{Context, MergedObject, Object, Result, SimpleObject},
    service::kernel::identity::{
        passwords::{
            self, PasswordChangeInput, PasswordResetCompleteInput, PasswordResetRequestInput,
        },
        verification::{self, EmailVerificationRequestInput, EmailVerifyInput},
    },
};

mutations! {
    ChangeMutation;
    /// Changes one's own password, and ends all other sessions.
    password_change(PasswordChangeInput) -> PasswordChangePayload {
        /// The person.
        user: User
    } = passwords::change;
    /// Sets a password by a mailed token, and ends all sessions. The token is good once: for an hour,
    /// or for a week if it came with an invitation.
    password_reset_complete(PasswordResetCompleteInput) -> PasswordResetCompletePayload {
        /// The person.
        user: User
    } = passwords::complete_reset;
    /// Confirms an address by a mailed token, which is good once and for a day.
    email_verify(EmailVerifyInput) -> EmailVerifyPayload {
        /// The person.
        user: User
    } = verification::verify;
}

/// What came of `passwordResetRequest`.
#[derive(SimpleObject)]
pub(crate) struct PasswordResetRequestPayload {
    /// What is wrong with the input; empty also when nobody has the address.
    errors: Vec<UserError>,
}

/// What came of `emailVerificationRequest`.
#[derive(SimpleObject)]
pub(crate) struct EmailVerificationRequestPayload {
    /// What is wrong with it; empty exactly when it was done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct RequestMutation;

#[Object]
impl RequestMutation {
    /// Mails a token to whoever has an address. The answer is the same when nobody has.
    async fn password_reset_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: PasswordResetRequestInput,
    ) -> Result<PasswordResetRequestPayload> {
        let request = async |ctx: &service::Ctx| passwords::request_reset(ctx, &input).await;
        let (_, errors) = mutation::run::<_, ()>(ctx, "password_reset_request", request).await?;
        Ok(PasswordResetRequestPayload { errors })
    }

    /// Mails a token that confirms an address, unless it is confirmed: one's own, or anybody's for
    /// who manages people.
    async fn email_verification_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: EmailVerificationRequestInput,
    ) -> Result<EmailVerificationRequestPayload> {
        let request = async |ctx: &service::Ctx| verification::request(ctx, input).await;
        let (_, errors) =
            mutation::run::<_, ()>(ctx, "email_verification_request", request).await?;
        Ok(EmailVerificationRequestPayload { errors })
    }
}

/// What can be done about passwords and addresses.
#[derive(Default, MergedObject)]
pub(crate) struct PasswordMutation(ChangeMutation, RequestMutation);
