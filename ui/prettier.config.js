// As the code is written: long lines, nothing in columns. Run by `npm run ui:format`.
export default {
  plugins: ["prettier-plugin-svelte"],
  printWidth: 160,
  overrides: [{ files: "*.svelte", options: { parser: "svelte" } }],
};
