/** A JSON Schema as an OpenAPI 3.1 document carries it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
  readonly $ref?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** One operation of the document. */
export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, Content & { readonly description?: string }>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info?: { readonly title?: string; readonly version?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, unknown>> };
}

/** Every operation with its method and path, and the permission that its description names. */
export function operationsOf(document: OpenApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      permission: /`([\w-]+)`/.exec(operation.description ?? '')?.[1] ?? 'public',
    })),
  );
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Sentences about what the OpenAPI 3.1 specification does not allow; none for a well-formed document. */
export function structuralFaults(document: OpenApiDocument): readonly string[] {
  const { info, paths } = document;
  const operations = operationsOf(document);
  const ids = operations.map(({ operation }) => operation.operationId);
  return [
    ...(info?.title && info.version ? [] : ['info lacks title or version']),
    ...Object.keys(paths).flatMap((path) => (path.startsWith('/') ? [] : [`${path} does not begin with a slash`])),
    ...ids.filter((id, index) => id === undefined || ids.indexOf(id) !== index).map((id) => `operationId ${id} twice`),
    ...operations.flatMap((one) => operationFaults(document, one)),
  ];
}

function operationFaults(
  { components }: OpenApiDocument,
  { method, path, operation }: { method: string; path: string; operation: Operation },
): readonly string[] {
  const place = `${method} ${path}`;
  const { parameters = [], responses, requestBody, security = [] } = operation;
  const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const declared = parameters.filter((parameter) => parameter.in === 'path');
  const schemes = Object.keys(components?.securitySchemes ?? {});
  const bodies = [requestBody, ...Object.values(responses)].flatMap((one) => Object.values(one?.content ?? {}));
  return [
    ...(METHODS.includes(method.toLowerCase()) ? [] : [`${place}: no such method`]),
    ...(operation.summary ? [] : [`${place}: no summary`]),
    ...(named.join() === declared.map(({ name }) => name).join() ? [] : [`${place}: path parameters differ`]),
    ...declared.filter(({ required }) => required !== true).map(({ name }) => `${place}: ${name} is not required`),
    ...(Object.keys(responses).length > 0 ? [] : [`${place}: no responses`]),
    ...Object.entries(responses)
      .filter(([status, { description }]) => !/^(default|[1-5]\d\d)$/.test(status) || typeof description !== 'string')
      .map(([status]) => `${place}: response ${status} is malformed`),
    ...security.flatMap(Object.keys).flatMap((name) => (schemes.includes(name) ? [] : [`${place}: no scheme ${name}`])),
    ...parameters.flatMap(({ name, schema }) => schemaFaults(schema, `${place}: parameter ${name}`)),
    ...bodies.flatMap(({ schema }) => schemaFaults(schema, `${place}: body`)),
  ];
}

function schemaFaults(schema: Schema | undefined, place: string): readonly string[] {
  if (schema === undefined) return [`${place} has no schema`];
  const { type, properties = {}, required = [], items, anyOf, allOf, pattern, $ref } = schema;
  const types = type === undefined ? [] : [type].flat();
  const combined = [...(anyOf ?? []), ...(allOf ?? [])];
  return [
    ...types.filter((one) => !TYPES.includes(one)).map((one) => `${place}: no type ${one}`),
    ...required
      .filter((name) => combined.length === 0 && !(name in properties))
      .map((name) => `${place}: ${name} unknown`),
    ...(anyOf?.length === 0 || allOf?.length === 0 ? [`${place}: an empty combination`] : []),
    ...(types.includes('array') && items === undefined ? [`${place}: an array of nothing`] : []),
    ...($ref === undefined ? [] : [`${place}: a reference to ${$ref}, and the document keeps none`]),
    ...(pattern === undefined || isPattern(pattern) ? [] : [`${place}: the pattern does not compile`]),
    ...Object.entries(properties).flatMap(([name, one]) => schemaFaults(one, `${place}.${name}`)),
    ...combined.flatMap((one, index) => schemaFaults(one, `${place}/${index}`)),
    ...(items === undefined ? [] : schemaFaults(items, `${place}[]`)),
  ];
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
