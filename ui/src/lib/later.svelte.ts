/** Code that is not needed at the first paint: it comes when it is wanted, and stays. */
export function later<T>(wanted: () => unknown, load: () => Promise<{ default: T }>): { readonly it: T | undefined } {
  let code = $state.raw<T>();
  $effect(() => {
    if (wanted()) load().then((loaded) => (code = loaded.default), console.error);
  });
  return {
    get it() {
      return code;
    },
  };
}
