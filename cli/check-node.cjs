// Runs on whatever Node is installed, so it must stay plain CommonJS.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Casefold needs Node 24 or newer; this is ${process.version}. On Linux "npm ci" brings the right one by itself: ` +
      'run "npm ci" again without --omit=optional. Elsewhere install Node 24 from https://nodejs.org.',
  );
  process.exit(1);
}
