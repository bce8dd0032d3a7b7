#include "mutant.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define S15                                                                                                            \
  "daily,education_plan,sen,sharing,care_status,legal,placement,placement_address,contact,family,care_history,social_" \
  "work"

const struct mutant mutants[] = {
    {"head reads the social work record", ADD_READ, "virtual_school_head", "looked_after", "social_work", false},
    {"head reads intelligence", ADD_READ, "virtual_school_head", "looked_after", "safeguarding", false},
    {"head reads addresses", ADD_READ, "virtual_school_head", "looked_after", "placement_address", false},
    {"head finds every child", ADD_FIND, "virtual_school_head", "authority", "", false},
    {"adviser reads every looked-after child", ADD_READ, "virtual_school_adviser", "looked_after", "education_plan",
     false},
    {"adviser finds every child", ADD_FIND, "virtual_school_adviser", "authority", "", false},
    {"teacher reads the family", ADD_READ, "designated_teacher", "on_roll", "family", false},
    {"teacher reads health detail", ADD_READ, "designated_teacher", "on_roll", "health", false},
    {"teacher reads addresses unasked", ADD_READ, "designated_teacher", "on_roll", "placement_address", false},
    {"teacher may be shared the social work record", ADD_READ, "designated_teacher", "shared", "social_work", false},
    {"class teacher reads the status", ADD_READ, "class_teacher", "on_roll", "care_status", false},
    {"class teacher reads plans", ADD_READ, "class_teacher", "on_roll", "education_plan", false},
    {"class teacher may be shared addresses", ADD_READ, "class_teacher", "shared", "placement,placement_address",
     false},
    {"SENCO reads plans of the whole roll", ADD_READ, "senco", "on_roll", "education_plan", false},
    {"head teacher reads health needs", ADD_READ, "headteacher", "on_roll", "health_needs", false},
    {"safeguarding lead reads S6 unshared", ADD_READ, "designated_safeguarding_lead", "on_roll", "safeguarding", false},
    {"college reads the family", ADD_READ, "college_contact", "on_roll", "family", false},
    {"social worker reads unallocated children", ADD_READ, "social_worker", "authority", "daily", false},
    {"social worker reads health detail", ADD_READ, "social_worker", "allocated", "health", false},
    {"social worker writes on unallocated children", ADD_WRITE, "social_worker", "authority", "social_work", false},
    {"manager reads other teams", ADD_READ, "team_manager", "authority", "social_work", false},
    {"reviewing officer writes the social work record", ADD_WRITE, "independent_reviewing_officer", "allocated",
     "social_work", false},
    {"reviewing officer allocates", ADD_WRITE, "independent_reviewing_officer", "allocated", "care_status", false},
    {"reviewing officer of the own line", NO_EXCLUDES, "independent_reviewing_officer", NULL, NULL, false},
    {"carer reads the family", ADD_READ, "foster_carer", "placed", "family", false},
    {"carer reads history", ADD_READ, "foster_carer", "placed", "placement,care_history", false},
    {"carer sees other children of the agency", ADD_FIND, "foster_carer", "provided", "", false},
    {"home reads notes", ADD_READ, "residential_worker", "provided", "social_work", false},
    {"agency reads plans", ADD_READ, "provider", "provided", "education_plan", false},
    {"child reads others' confidences", ADD_READ, "young_person", "self", "family", false},
    {"child writes the care record", ADD_WRITE, "young_person", "self", "care_status", false},
    {"parent reads plans unreleased", ADD_READ, "parent", "parent", "education_plan", false},
    {"parent may be released the social work record", ADD_READ, "parent", "shared", "social_work", false},
    {"advocate reads legal status unshared", ADD_READ, "advocate", "allocated", "legal", false},
    {"governor sees children", SEES_CHILDREN, "designated_governor", "on_roll", "daily", false},
    {"lead member sees children", SEES_CHILDREN, "lead_member", "authority", "daily", false},
    {"director browses", ADD_FIND, "director_of_childrens_services", "authority", "", false},
    {"placements officer reads the family", ADD_READ, "placements_officer", "allocated", "family", false},
    {"family help lead reads intelligence", ADD_READ, "family_help_lead", "allocated", "safeguarding", false},
    {"health reads plans without consent", ADD_READ, "health_professional", "allocated", "education_plan", false},
    {"police browse", ADD_FIND, "police_officer", "authority", "", false},
    {"police read plans", ADD_READ, "police_officer", "allocated", "education_plan", false},
    {"attendance officer reads the status", ADD_READ, "attendance_officer", "on_roll", "care_status", false},
    {"attendance collector reads addresses", ADD_READ, "attendance_collector", "allocated",
     "placement,placement_address", false},
    {"data officer reads narrative", ADD_READ, "data_officer", "authority", "social_work", false},
    {"auditor writes", ADD_WRITE, "auditor", "allocated", "daily", false},
    {"administrator reads children", ADD_READ, "system_administrator", "authority", "daily", false},
    {"administrator breaks the glass", ADD_READ, "system_administrator", "break_glass", "daily", false},
    {"supplier reads children", ADD_READ, "support_supplier", "authority", "daily", false},
    {"supplier reads the register", REGISTER, "support_supplier", NULL, NULL, false},
    {"personal adviser reads intelligence", ADD_READ, "personal_adviser", "allocated", "safeguarding", false},
    {"supervising social worker reads the family", ADD_READ, "supervising_social_worker", "allocated", "family", false},
    {"EHC caseworker reads notes", ADD_READ, "ehc_caseworker", "allocated", "social_work", false},
    {"duty worker reads without opening", ADD_READ, "duty_worker", "authority", "education_plan", false},
    {"duty worker reads intelligence", ADD_READ, "duty_worker", "break_glass", "safeguarding", false},
    {"agreement does not bind the designated teacher", KIND, "designated_teacher", NULL, "authority", false},
    {"agreement does not bind carers", KIND, "foster_carer", NULL, "partner", false},
    {"floor is everything", FLOOR, "designated_teacher", NULL, S15, false},
    {"restricted is no more than health", SENSITIVITY, NULL, "7", "restricted", false},
    {"addresses are no more than the plan", SENSITIVITY, NULL, "2", "placement_address", false},
    {"the family is no more than the plan", SENSITIVITY, NULL, "2", "family", false},
    {"legal status is beyond agreements", SENSITIVITY, NULL, "6", "legal", false},
    {"restrictions are not asked", FACT, "restriction", NULL,
     "select child, from_on, to_on from restriction where 1 = 0", false},
    {"restrictions end the day before", FACT, "restriction", NULL,
     "select child, from_on, case when to_on is null then '2026-11-23' else to_on end as to_on from restriction",
     false},
    {"everybody involved is named", FACT, "named", NULL, "select child, person, from_on, to_on from involvement",
     false},
    {"naming never ends", FACT, "named", NULL,
     "select child, person, from_on, cast(null as text) as to_on from restriction_named", false},
    {"appointments never end", FACT, "role", NULL,
     "select person, role, organisation, team, from_on, cast(null as text) as to_on from appointment", false},
    {"involvement never ends", FACT, "involvement", NULL,
     "select person, child, role, from_on, cast(null as text) as to_on from involvement", false},
    {"involvement begins before its day", FACT, "involvement", NULL,
     "select person, child, role, '2000-01-01' as from_on, to_on from involvement", false},
    {"involvement is of every role", FACT, "involvement", NULL,
     "select i.person, i.child, a.role, i.from_on, i.to_on from involvement i join appointment a on a.person = "
     "i.person",
     false},
    {"every child is of every team", FACT, "team", NULL,
     "select c.child, t.id as team, '2000-01-01' as from_on, cast(null as text) as to_on from child c cross join team "
     "t",
     false},
    {"teams are never left", FACT, "team", NULL,
     "select child, team, from_on, cast(null as text) as to_on from involvement where team is not null", false},
    {"rolls are never left", FACT, "on_roll", NULL,
     "select child, organisation, from_on, cast(null as text) as to_on from enrolment", false},
    {"rolls begin before their day", FACT, "on_roll", NULL,
     "select child, organisation, '2000-01-01' as from_on, to_on from enrolment", false},
    {"every school has every child on roll", FACT, "on_roll", NULL,
     "select c.child, o.id as organisation, '2000-01-01' as from_on, cast(null as text) as to_on from child c cross "
     "join organisation o",
     false},
    {"placements never end", FACT, "placed", NULL,
     "select child, carer as person, organisation, from_on, cast(null as text) as to_on from placement", false},
    {"carers stand for their agency", FACT, "placed", NULL,
     "select p.child, a.person, p.organisation, p.from_on, p.to_on from placement p join appointment a on "
     "a.organisation = p.organisation",
     false},
    {"every child is every child", FACT, "parent", NULL,
     "select r.person, c.child, r.from_on, r.to_on from relationship r cross join child c where r.person is not null",
     false},
    {"contact orders are not asked", FACT, "parent", NULL,
     "select person, child, from_on, to_on from relationship where person is not null and kind = 'mother'", false},
    {"every child is looked after", FACT, "looked_after", NULL,
     "select child, '2000-01-01' as from_on, cast(null as text) as to_on from child", false},
    {"care never ends", FACT, "looked_after", NULL,
     "select child, became_looked_after_on as from_on, cast(null as text) as to_on from care_period", false},
    {"conflicts are not asked", FACT, "conflict", NULL,
     "select person, child, kind, from_on, to_on from conflict_of_interest where 1 = 0", false},
    {"kin are only recused", FACT, "conflict", NULL,
     "select person, child, 'recused' as kind, from_on, to_on from conflict_of_interest", false},
    {"carers who teach are not recused", FACT, "conflict", NULL,
     "select person, child, kind, from_on, to_on from conflict_of_interest", false},
    {"agreements are not asked", FACT, "agreement", NULL,
     "select child, from_on, to_on from sharing_agreement where 1 = 0", false},
    {"a refused item is a shared one", FACT, "shared", NULL,
     "select i.child, i.category, i.role, i.person, a.from_on, a.to_on from sharing_item i join sharing_agreement a on "
     "a.id = i.owner",
     false},
    {"an item for one role is for all", FACT, "shared", NULL,
     "select i.child, i.category, r.role, i.person, a.from_on, a.to_on from sharing_item i join sharing_agreement a on "
     "a.id = i.owner "
     "cross join (select distinct role from appointment) r where i.allow = 1",
     false},
    {"an agreement never ends", FACT, "shared", NULL,
     "select i.child, i.category, i.role, i.person, a.from_on, cast(null as text) as to_on from sharing_item i "
     "join sharing_agreement a on a.id = i.owner where i.allow = 1",
     false},
    {"broken glass is never mended", FACT, "break_glass", NULL,
     "select person, child, from_at, to_at + 31536000000000 as to_at from break_glass", false},
    {"glass is broken before its time", FACT, "break_glass", NULL,
     "select person, child, from_at - 31536000000000 as from_at, to_at from break_glass", false},
    /* What hides too much. */
    {"no floor for the designated teacher", FLOOR, "designated_teacher", NULL, "", true},
    {"no floor for the head teacher", FLOOR, "headteacher", NULL, "", true},
    {"no floor for the safeguarding lead", FLOOR, "designated_safeguarding_lead", NULL, "", true},
    {"kin who care count as staff", KIND, "foster_carer", NULL, "partner", true},
    {"search finds nobody for social workers", DROP_GRANT, "social_worker", "authority", NULL, true},
    {"designated teachers see no plan", DROP_READ, "designated_teacher", "on_roll", "education_plan", true},
    {"the child sees no plan", DROP_READ, "young_person", "self", "education_plan", true},
    {"the protocol gives no address", DROP_GRANT, "designated_teacher", "shared", NULL, true},
    {"emergency access opens nothing", FACT, "break_glass", NULL,
     "select person, child, from_at, to_at from break_glass where 1 = 0", true},
    {"nobody is named", FACT, "named", NULL, "select child, person, from_on, to_on from restriction_named where 1 = 0",
     true},
    {"the last day does not count", FACT, "on_roll", NULL,
     "select child, organisation, from_on, case when to_on = '2026-11-24' then '2026-11-23' else to_on end as to_on "
     "from enrolment",
     true},
    {"restrictions never end", FACT, "restriction", NULL,
     "select child, from_on, cast(null as text) as to_on from restriction", true},
};
const size_t n_mutants = sizeof mutants / sizeof mutants[0];

static uint64_t bits(struct arena *a, const struct model *m, const char *list) {
  uint64_t b = 0;
  char *save = NULL, *rest = arena_strdup(a, list);
  for (char *c = strtok_r(rest, ",", &save); c; c = strtok_r(NULL, ",", &save))
    b |= (uint64_t)1 << model_category(m, c)->index;
  return b;
}

static struct model_grant *grant_of(struct arena *a, struct model_role *r, const char *relation) {
  struct model_grant *grants = arena_alloc(a, (r->n_grants + 1) * sizeof *grants), *found = NULL;
  for (size_t i = 0; i < r->n_grants; i++) {
    grants[i] = r->grants[i];
    if (strcmp(grants[i].relation, relation) == 0) found = &grants[i];
  }
  r->grants = grants;
  if (found) return found;
  grants[r->n_grants] = (struct model_grant){.relation = relation};
  return &grants[r->n_grants++];
}

static void drop_grant(struct arena *a, struct model_role *r, const char *relation) {
  struct model_grant *g = grant_of(a, r, relation), *all = (struct model_grant *)r->grants;
  *g = all[--r->n_grants];
}

static void change_role(struct arena *a, const struct model *m, struct model_role *r, const struct mutant *x) {
  switch (x->how) {
  case ADD_READ:
    grant_of(a, r, x->relation)->read |= bits(a, m, x->text);
    break;
  case ADD_WRITE:
    grant_of(a, r, x->relation)->write |= bits(a, m, x->text);
    break;
  case ADD_FIND:
    grant_of(a, r, x->relation)->find = true;
    break;
  case DROP_GRANT:
    drop_grant(a, r, x->relation);
    break;
  case DROP_READ:
    grant_of(a, r, x->relation)->read &= ~bits(a, m, x->text);
    break;
  case KIND:
    r->kind = x->text;
    break;
  case FLOOR:
    r->floor = bits(a, m, x->text);
    break;
  case NO_EXCLUDES:
    r->n_excludes = 0;
    break;
  case SEES_CHILDREN:
    r->aggregate_only = false;
    if (strcmp(x->relation, "authority") == 0) r->kind = "authority";
    grant_of(a, r, x->relation)->read |= bits(a, m, x->text);
    break;
  case REGISTER:
    r->register_read = true;
    break;
  case SENSITIVITY:
  case FACT:
    break;
  }
}

struct model *mutant_model(struct arena *a, const struct model *m, const struct mutant *x) {
  struct model *copy = arena_copy(a, m, sizeof *m);
  struct model_role *roles = arena_copy(a, m->roles, m->n_roles * sizeof *roles);
  struct model_category *categories = arena_copy(a, m->categories, m->n_categories * sizeof *categories);
  struct model_fact *facts = arena_copy(a, m->facts, m->n_facts * sizeof *facts);
  copy->roles = roles;
  copy->categories = categories;
  copy->facts = facts;
  copy->version = x->name; /* another model has another version */
  bool found = false;
  for (size_t i = 0; i < m->n_roles; i++) {
    if (x->how == FACT || x->how == SENSITIVITY || strcmp(roles[i].id, x->role) != 0) continue;
    change_role(a, m, &roles[i], x);
    found = true;
  }
  for (size_t i = 0; i < m->n_facts; i++) {
    if (x->how != FACT || strcmp(facts[i].name, x->role) != 0) continue;
    facts[i].select = x->text;
    found = true;
  }
  for (size_t i = 0; i < m->n_categories; i++) {
    if (x->how != SENSITIVITY || strcmp(categories[i].id, x->text) != 0) continue;
    categories[i].sensitivity = atoi(x->relation);
    found = true;
  }
  return found ? copy : NULL;
}
