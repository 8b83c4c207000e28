/// <reference types="svelte" />
/// <reference types="vite/client" />

/** Whether the fake back end may be used; false in the app's own build, which then does not contain it. */
declare const __FAKE__: boolean;
