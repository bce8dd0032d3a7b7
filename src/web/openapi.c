/* OpenAPI 3.1 of the API, made from the model: a schema a record type and a code list, and the paths of each. */
#include <string.h>

#include "web/api.h"

struct doc {
  struct page *p;
  struct json_writer w;
};

static void put(struct doc *d, const char *key, const char *text) {
  json_key(&d->w, key);
  json_put_text(&d->w, text);
}

static void put_if(struct doc *d, const char *key, const char *text) {
  if (text) put(d, key, text);
}

static void begin(struct doc *d, const char *key) {
  json_key(&d->w, key);
  json_object(&d->w);
}

static void end(struct doc *d) {
  json_end_object(&d->w);
}

static void put_ref(struct doc *d, const char *kind, const char *name) {
  put(d, "$ref", arena_printf(d->p->arena, "#/components/%s/%s", kind, name));
}

static void refer(struct doc *d, const char *key, const char *kind, const char *name) {
  begin(d, key);
  put_ref(d, kind, name);
  end(d);
}

static void put_bool(struct doc *d, const char *key, bool yes) {
  json_key(&d->w, key);
  json_put_bool(&d->w, yes);
}

static void put_int(struct doc *d, const char *key, int64_t i) {
  json_key(&d->w, key);
  json_put_int(&d->w, i);
}

/* --- fields ------------------------------------------------------------------------------------------------------- */
static void put_types(struct doc *d, const char *type) {
  json_key(&d->w, "type");
  json_array(&d->w);
  json_put_text(&d->w, type);
  json_put_text(&d->w, "null");
  json_end_array(&d->w);
}

static const char *json_type(const struct model_field *f) {
  if (f->type == FIELD_INTEGER || f->type == FIELD_MONEY) return "integer";
  return f->type == FIELD_YES_NO ? "boolean" : "string";
}

/* Text limits count characters as people see them; JSON Schema counts code points, of which there may be more. */
static void put_limits(struct doc *d, const struct model_field *f) {
  bool whole = f->type == FIELD_INTEGER || f->type == FIELD_MONEY;
  if (f->has_min && whole) put_int(d, "minimum", f->min);
  if (f->has_max && whole) put_int(d, "maximum", f->max);
  if (f->has_max && (f->type == FIELD_TEXT || f->type == FIELD_PROSE)) put_int(d, "x-max-characters", f->max);
  if (f->type == FIELD_NUMBER) {
    put(d, "pattern", "^-?[0-9]+(\\.[0-9]+)?$");
    put_int(d, "x-decimal-places", f->scale);
    if (f->has_min) put(d, "x-minimum", model_field_text(f, value_int(f->min), d->p->arena));
    if (f->has_max) put(d, "x-maximum", model_field_text(f, value_int(f->max), d->p->arena));
  }
  if (f->type == FIELD_TEXT && f->pattern) put(d, "pattern", arena_printf(d->p->arena, "^(%s)?$", f->pattern));
}

static void put_field_type(struct doc *d, const struct model_field *f) {
  if (f->type == FIELD_CODE) {
    json_key(&d->w, "anyOf");
    json_array(&d->w);
    json_object(&d->w);
    put_ref(d, "schemas", arena_printf(d->p->arena, "codes.%s", f->codes->name));
    end(d);
    json_object(&d->w);
    put(d, "type", "null");
    end(d);
    json_end_array(&d->w);
    return;
  }
  put_types(d, json_type(f));
  if (f->type == FIELD_DATE) put(d, "format", "date");
  if (f->type == FIELD_INSTANT) put(d, "format", "date-time");
  if (f->type == FIELD_MONEY) put(d, "x-unit", "pence");
  if (f->type == FIELD_REF) {
    put(d, "x-refers-to", f->ref);
    if (strcmp(f->ref, "school") != 0) put(d, "pattern", "^([0-9]{3}-[1-9][0-9]*)?$");
  }
  put_limits(d, f);
}

static void put_field(struct doc *d, const struct model_record *r, const struct model_field *f) {
  begin(d, f->name);
  put(d, "title", f->label);
  put_field_type(d, f);
  put_if(d, "description", f->help);
  put(d, "x-section", r->sections[f->section].id);
  put(d, "x-category", f->category);
  if (f->required) put_bool(d, "x-required", true);
  if (f->retired) put_bool(d, "deprecated", true);
  if (f->source) put(d, "x-source", f->source);
  end(d);
}

/* What may be read: every field may be absent, because it may be withheld. What may be written leaves out what is
 * retired. */
static void put_fields(struct doc *d, const struct model_record *r, const char *suffix, bool writes, bool creates) {
  bool any = false;
  begin(d, arena_printf(d->p->arena, "%s.%s", r->name, suffix));
  put(d, "type", "object");
  put_bool(d, "additionalProperties", false);
  begin(d, "properties");
  for (size_t i = 0; i < r->n_fields; i++)
    if (!writes || !r->fields[i].retired) put_field(d, r, &r->fields[i]);
  end(d);
  for (size_t i = 0; i < r->n_fields; i++) any |= r->fields[i].required && !r->fields[i].retired;
  if (creates && any && !r->n_states) { /* of a record with states, what is required is asked for when it moves on */
    json_key(&d->w, "required");
    json_array(&d->w);
    for (size_t i = 0; i < r->n_fields; i++)
      if (r->fields[i].required && !r->fields[i].retired) json_put_text(&d->w, r->fields[i].name);
    json_end_array(&d->w);
  }
  end(d);
}

/* --- schemas ------------------------------------------------------------------------------------------------------ */
static void put_codes(struct doc *d, const struct model_codes *c) {
  char day[DATE_TEXT];
  begin(d, arena_printf(d->p->arena, "codes.%s", c->name));
  put_if(d, "title", c->title);
  put(d, "type", "string");
  json_key(&d->w, "oneOf");
  json_array(&d->w);
  for (size_t i = 0; i < c->n; i++) {
    const struct model_code *k = &c->codes[i];
    json_object(&d->w);
    put(d, "const", k->code);
    put(d, "title", k->label);
    put_if(d, "description", k->hint);
    if (k->from != DATE_NONE) put(d, "x-from", date_format(k->from, day));
    if (k->to != DATE_NONE) put(d, "x-to", date_format(k->to, day));
    if (k->retired) put_bool(d, "deprecated", true);
    end(d);
  }
  json_end_array(&d->w);
  put_if(d, "x-source", c->source);
  end(d);
}

static void put_row(struct doc *d, const struct model_record *r) {
  begin(d, r->name);
  put(d, "title", r->title);
  put_if(d, "description", r->help);
  json_key(&d->w, "allOf");
  json_array(&d->w);
  json_object(&d->w);
  put_ref(d, "schemas", "row");
  end(d);
  json_object(&d->w);
  put(d, "type", "object");
  begin(d, "properties");
  begin(d, "record");
  put(d, "const", r->name);
  end(d);
  refer(d, "fields", "schemas", arena_printf(d->p->arena, "%s.fields", r->name));
  if (r->n_states) {
    begin(d, "state");
    json_key(&d->w, "enum");
    json_array(&d->w);
    for (size_t i = 0; i < r->n_states; i++) json_put_text(&d->w, r->states[i].id);
    json_end_array(&d->w);
    end(d);
  }
  end(d);
  end(d);
  json_end_array(&d->w);
  put_if(d, "x-part-of", r->part_of);
  put(d, "x-category", r->category);
  put_if(d, "x-source", r->source);
  end(d);
}

static void put_page_of(struct doc *d, const struct model_record *r) {
  begin(d, arena_printf(d->p->arena, "%s.page", r->name));
  put(d, "type", "object");
  begin(d, "properties");
  begin(d, "items");
  put(d, "type", "array");
  refer(d, "items", "schemas", r->name);
  end(d);
  begin(d, "next");
  put_types(d, "string");
  put(d, "description", "Address of the next page; null at the end.");
  end(d);
  end(d);
  end(d);
}

static bool writable(const struct model_record *r) {
  return r->about == ABOUT_CHILD;
}

static void put_write(struct doc *d, const struct model_record *r) {
  struct arena *a = d->p->arena;
  put_fields(d, r, "change", true, false);
  if (r->is_child) return;
  put_fields(d, r, "create", true, true);
  begin(d, arena_printf(a, "%s.new", r->name));
  put(d, "type", "object");
  put_bool(d, "additionalProperties", false);
  begin(d, "properties");
  refer(d, "fields", "schemas", arena_printf(a, "%s.create", r->name));
  if (r->part_of) refer(d, "owner", "schemas", "id");
  end(d);
  json_key(&d->w, "required");
  json_array(&d->w);
  json_put_text(&d->w, "fields");
  if (r->part_of) json_put_text(&d->w, "owner");
  json_end_array(&d->w);
  end(d);
}

static void put_patch(struct doc *d, const struct model_record *r) {
  begin(d, arena_printf(d->p->arena, "%s.patch", r->name));
  put(d, "type", "object");
  put_bool(d, "additionalProperties", false);
  begin(d, "properties");
  refer(d, "fields", "schemas", arena_printf(d->p->arena, "%s.change", r->name));
  begin(d, "section");
  put(d, "description", "Only fields of this section; needed with done.");
  json_key(&d->w, "enum");
  json_array(&d->w);
  for (size_t i = 0; i < r->n_sections; i++) json_put_text(&d->w, r->sections[i].id);
  json_end_array(&d->w);
  end(d);
  begin(d, "done");
  put(d, "type", "boolean");
  end(d);
  end(d);
  end(d);
}

static void put_record(struct doc *d, const struct model_record *r) {
  put_fields(d, r, "fields", false, false);
  put_row(d, r);
  put_page_of(d, r);
  if (!writable(r)) return;
  put_write(d, r);
  put_patch(d, r);
}

/* What does not come from the model. */
static const char fixed_schemas[] =
    "\"id\":{\"type\":\"string\",\"pattern\":\"^[0-9]{3}-[1-9][0-9]*$\",\"examples\":[\"886-4821\"]},"
    "\"row\":{\"type\":\"object\",\"required\":[\"id\",\"record\",\"href\",\"version\",\"fields\",\"withheld\"],"
    "\"properties\":{\"id\":{\"$ref\":\"#/components/schemas/id\"},\"record\":{\"type\":\"string\"},"
    "\"href\":{\"type\":\"string\"},\"child\":{\"type\":[\"string\",\"null\"]},\"owner\":{\"type\":[\"string\","
    "\"null\"]},"
    "\"version\":{\"type\":\"integer\",\"minimum\":1},\"state\":{\"type\":[\"string\",\"null\"]},"
    "\"voided\":{\"type\":\"boolean\"},\"created_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
    "\"created_by\":{\"type\":[\"string\",\"null\"]},"
    "\"changed_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
    "\"changed_by\":{\"type\":[\"string\",\"null\"]},\"fields\":{\"type\":\"object\"},"
    "\"labels\":{\"type\":\"object\",\"description\":\"What the references are called.\","
    "\"additionalProperties\":{\"type\":\"string\"}},"
    "\"withheld\":{\"type\":\"array\",\"description\":\"Fields that are not shown to "
    "you.\",\"items\":{\"type\":\"string\"}},"
    "\"sections\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/components/schemas/section\"}},"
    "\"transitions\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"to\":{\"type\":\"string\"},"
    "\"label\":{\"type\":\"string\"},\"reason_required\":{\"type\":\"boolean\"}}}}}},"
    "\"section\":{\"type\":\"object\",\"properties\":{\"version\":{\"type\":\"integer\"},"
    "\"done_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"done_by\":{\"type\":[\"string\",\"null\"]}"
    ","
    "\"may_fill\":{\"type\":\"boolean\"}}},"
    "\"written\":{\"type\":\"object\",\"required\":[\"id\",\"href\",\"version\"],\"properties\":{"
    "\"id\":{\"$ref\":\"#/components/schemas/id\"},\"href\":{\"type\":\"string\"},\"version\":{\"type\":\"integer\"}}},"
    "\"move\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"to\"],\"properties\":{"
    "\"to\":{\"type\":\"string\"},\"reason\":{\"type\":\"string\"}}},"
    "\"void\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"reason\"],\"properties\":{"
    "\"reason\":{\"type\":\"string\"}}},"
    "\"search\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"q\"],\"properties\":{"
    "\"q\":{\"type\":\"string\",\"maxLength\":200}}},"
    "\"found\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{"
    "\"id\":{\"$ref\":\"#/components/schemas/"
    "id\"},\"href\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},"
    "\"local_id\":{\"type\":[\"string\",\"null\"]},\"date_of_birth\":{\"type\":[\"string\",\"null\"],\"format\":"
    "\"date\"},"
    "\"why\":{\"type\":\"string\"}}}}}},"
    "\"history\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}},"
    "\"me\":{\"type\":\"object\",\"properties\":{\"actor\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},"
    "\"username\":{\"type\":\"string\"},\"scope\":{\"enum\":[\"read\",\"write\"]},\"authority\":{\"type\":\"object\"},"
    "\"roles\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},\"model\":{\"type\":\"string\"}}},"
    "\"child_overview\":{\"type\":\"object\",\"properties\":{\"id\":{\"$ref\":\"#/components/schemas/id\"},"
    "\"child\":{\"oneOf\":[{\"$ref\":\"#/components/schemas/child\"},{\"type\":\"null\"}]},"
    "\"records\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}},"
    "\"problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":[\"string\","
    "\"null\"]},"
    "\"message\":{\"type\":\"string\"},\"expected\":{\"type\":\"string\"},"
    "\"theirs\":{\"type\":[\"string\",\"null\"]},\"yours\":{\"type\":[\"string\",\"null\"]}}}}}}";

static const char fixed_rest[] =
    "\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\","
    "\"description\":\"A token made by kith user token, bound to one authority, of scope read or write.\"}},"
    "\"headers\":{\"ETag\":{\"description\":\"Version of the record, like "
    "\\\"7\\\".\",\"schema\":{\"type\":\"string\"}},"
    "\"Location\":{\"description\":\"Address of the new record.\",\"schema\":{\"type\":\"string\"}}},"
    "\"responses\":{\"problem\":{\"description\":\"What went wrong (RFC 9457). Not there and not yours are the same "
    "404.\","
    "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}},"
    "\"parameters\":{"
    "\"child\":{\"name\":\"child\",\"in\":\"path\",\"required\":true,\"schema\":{\"$ref\":\"#/components/schemas/"
    "id\"}},"
    "\"row\":{\"name\":\"row\",\"in\":\"path\",\"required\":true,\"schema\":{\"$ref\":\"#/components/schemas/id\"}},"
    "\"if_match\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":true,"
    "\"description\":\"ETag of the version that the change began from.\",\"schema\":{\"type\":\"string\"}},"
    "\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\","
    "\"description\":\"The same request with the same key within a day gets the first answer and does nothing again.\","
    "\"schema\":{\"type\":\"string\",\"maxLength\":128}},"
    "\"after\":{\"name\":\"after\",\"in\":\"query\",\"description\":\"How many to pass over.\","
    "\"schema\":{\"type\":\"integer\",\"minimum\":0}},"
    "\"limit\":{\"name\":\"limit\",\"in\":\"query\","
    "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}},"
    "\"sort\":{\"name\":\"sort\",\"in\":\"query\",\"description\":\"A field, with a hyphen before it for the other "
    "way.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"state\":{\"name\":\"state\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}},"
    "\"current\":{\"name\":\"current\",\"in\":\"query\",\"description\":\"Only what is current today.\","
    "\"schema\":{\"type\":\"boolean\"}},"
    "\"owner\":{\"name\":\"owner\",\"in\":\"query\",\"description\":\"Only parts of this record.\","
    "\"schema\":{\"$ref\":\"#/components/schemas/id\"}},"
    "\"field\":{\"name\":\"field\",\"in\":\"query\",\"description\":\"Only changes of this field.\","
    "\"schema\":{\"type\":\"string\"}}}";

/* --- paths -------------------------------------------------------------------------------------------------------- */
struct operation {
  const char *method, *id, *summary;
  const char *parameters; /* names of components, separated by blanks */
  const char *body, *answer;
  int status;
};

static void put_content(struct doc *d, const char *schema) {
  begin(d, "content");
  begin(d, "application/json");
  refer(d, "schema", "schemas", schema);
  end(d);
  end(d);
}

static void put_parameters(struct doc *d, const char *names) {
  struct arena *a = d->p->arena;
  json_key(&d->w, "parameters");
  json_array(&d->w);
  for (const char *s = names; *s;) {
    size_t n = strcspn(s, " ");
    json_object(&d->w);
    put_ref(d, "parameters", arena_strndup(a, s, n));
    end(d);
    s += n + (s[n] == ' ');
  }
  json_end_array(&d->w);
}

static void put_operation(struct doc *d, const struct operation *o, const char *tag) {
  begin(d, o->method);
  put(d, "operationId", o->id);
  put(d, "summary", o->summary);
  json_key(&d->w, "tags");
  json_array(&d->w);
  json_put_text(&d->w, tag);
  json_end_array(&d->w);
  put_parameters(d, o->parameters);
  if (o->body) {
    begin(d, "requestBody");
    put_bool(d, "required", true);
    put_content(d, o->body);
    end(d);
  }
  begin(d, "responses");
  begin(d, o->status == 201 ? "201" : "200");
  put(d, "description", o->status == 201 ? "Made." : "Done.");
  begin(d, "headers");
  if (o->status) refer(d, "ETag", "headers", "ETag");
  if (o->status == 201) refer(d, "Location", "headers", "Location");
  end(d);
  put_content(d, o->answer);
  end(d);
  refer(d, "default", "responses", "problem");
  end(d);
  end(d);
}

static const char *named(struct doc *d, const char *pattern, const struct model_record *r) {
  struct buf b;
  buf_init(&b, d->p->arena);
  for (const char *s = pattern; *s; s++) {
    if (*s == '%')
      buf_str(&b, r->name);
    else
      buf_char(&b, *s);
  }
  return buf_text(&b);
}

struct path {
  const char *path; /* % stands for the record type here and below */
  struct operation operations[3];
};

static const struct path one_paths[] = {
    {"/api/v1/me", {{"get", "me", "Who this token stands for", "", NULL, "me", 0}}},
    {"/api/v1/children", {{"get", "children", "Children that you may see", "after limit sort", NULL, "child.page", 0}}},
    {"/api/v1/children/search",
     {{"post", "search", "Find a child by name, date of birth or number", "", "search", "found", 0}}},
    {"/api/v1/children/{child}",
     {{"get", "open", "A child, and what you may read there", "child", NULL, "child_overview", 200}}},
    {NULL, {{0}}}};
static const struct path rows_paths[] = {
    {"/api/v1/children/{child}/%",
     {{"get", "%.list", "Rows of this child", "child after limit sort state current owner", NULL, "%.page", 0},
      {"post", "%.create", "Add a row", "child idempotency_key", "%.new", "written", 201}}},
    {NULL, {{0}}}};
static const struct path row_paths[] = {
    {"/api/v1/children/{child}/%/{row}",
     {{"get", "%.get", "One row", "child row", NULL, "%", 200},
      {"patch", "%.change", "Change fields; mark a section done", "child row if_match idempotency_key", "%.patch",
       "written", 200}}},
    {"/api/v1/children/{child}/%/{row}/history",
     {{"get", "%.history", "Every change, newest first", "child row field", NULL, "history", 0}}},
    {NULL, {{0}}}};
static const struct path state_paths[] = {
    {"/api/v1/children/{child}/%/{row}/state",
     {{"post", "%.state", "Move to another state", "child row if_match idempotency_key", "move", "written", 200}}},
    {NULL, {{0}}}};
static const struct path void_paths[] = {{"/api/v1/children/{child}/%/{row}/void",
                                          {{"post", "%.void", "Take out of use what was recorded by mistake",
                                            "child row if_match idempotency_key", "void", "written", 200}}},
                                         {NULL, {{0}}}};
static const struct path register_paths[] = {
    {"/api/v1/register/%",
     {{"get", "%.list", "Rows of the register", "after limit sort state current", NULL, "%.page", 0}}},
    {"/api/v1/register/%/{row}", {{"get", "%.get", "One row", "row", NULL, "%", 200}}},
    {NULL, {{0}}}};

static void put_paths(struct doc *d, const struct path *paths, const struct model_record *r) {
  for (; paths->path; paths++) {
    begin(d, named(d, paths->path, r));
    for (size_t i = 0; i < 3 && paths->operations[i].method; i++) {
      struct operation o = paths->operations[i];
      o.id = named(d, o.id, r);
      o.body = o.body ? named(d, o.body, r) : NULL;
      o.answer = named(d, o.answer, r);
      put_operation(d, &o, r->title);
    }
    end(d);
  }
}

static void put_paths_of(struct doc *d, const struct model_record *r) {
  if (r->about == ABOUT_NONE) {
    put_paths(d, register_paths, r);
    return;
  }
  if (!r->is_child) put_paths(d, rows_paths, r);
  put_paths(d, row_paths, r);
  if (r->n_states) put_paths(d, state_paths, r);
  if (!r->is_child) put_paths(d, void_paths, r);
}

/* --- the document ------------------------------------------------------------------------------------------------- */
static void put_info(struct doc *d) {
  put(d, "openapi", "3.1.0");
  begin(d, "info");
  put(d, "title", "Kith");
  put(d, "version", d->p->model->version);
  put(d, "description",
      "Records of children in care and their education. Answers show what the token's owner may see; every answer that "
      "shows a child is written down.");
  begin(d, "license");
  put(d, "name", "MIT");
  put(d, "identifier", "MIT");
  end(d);
  end(d);
  json_key(&d->w, "servers");
  json_put_raw(&d->w, "[{\"url\":\"/\"}]");
  json_key(&d->w, "security");
  json_put_raw(&d->w, "[{\"bearer\":[]}]");
}

static void put_components(struct doc *d) {
  const struct model *m = d->p->model;
  begin(d, "components");
  json_key(&d->w, "schemas");
  json_object(&d->w);
  for (size_t i = 0; i < m->n_codes; i++) put_codes(d, &m->codes[i]);
  for (size_t i = 0; i < m->n_records; i++) put_record(d, &m->records[i]);
  if (m->n_codes + m->n_records) buf_char(d->w.out, ',');
  buf_str(d->w.out, fixed_schemas);
  end(d);
  buf_char(d->w.out, ',');
  buf_str(d->w.out, fixed_rest);
  end(d);
}

static void get_openapi(struct page *p) {
  struct buf b;
  struct doc d = {.p = p};
  p->quiet = true;
  buf_init(&b, p->arena);
  json_begin(&d.w, &b);
  json_object(&d.w);
  put_info(&d);
  begin(&d, "paths");
  put_paths(&d, one_paths, model_record(p->model, "child"));
  for (size_t i = 0; i < p->model->n_records; i++) put_paths_of(&d, &p->model->records[i]);
  end(&d);
  put_components(&d);
  end(&d);
  page_json(p, 200, buf_text(&b));
}

const struct route openapi_routes[] = {{"GET", "/api/v1/openapi.json", get_openapi, NEED_NONE}, {.path = NULL}};
