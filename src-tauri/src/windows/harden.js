// Freezes what all objects inherit from, so that nothing can plant a property that every object
// then has. Assigning to an object of one's own stays possible, as it is for a frozen property
// that is read through accessors; libraries such as D3 set `toString` and `constructor` so.
for (const name of Object.getOwnPropertyNames(Object.prototype)) {
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(Object.prototype, name);
  if (!writable || !configurable) continue;
  Object.defineProperty(Object.prototype, name, {
    get: () => value,
    set(own) {
      if (this === Object.prototype) throw new TypeError(`${name} is frozen`);
      Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
    },
  });
}
Object.freeze(Object.prototype);
