// For `react-style-singleton`, by which menus write a style sheet into the page to keep it from
// scrolling. Ours never scrolls, and without it the policy can forbid inline styles.

export const styleSingleton = () => () => null;
export const styleHookSingleton = () => () => undefined;
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
