/* Every table of routes, and the navigation. Add a table here. */
#include "web/api.h"

const struct route *const route_tables[] = {
    signin_routes,      ops_routes,         home_routes,        list_routes,
    child_routes,       child_who_routes,   record_list_routes, record_routes,
    record_read_routes, record_edit_routes, record_move_routes, record_history_routes,
    api_read_routes,    api_write_routes,   openapi_routes,     export_routes};
const size_t n_route_tables = sizeof route_tables / sizeof *route_tables;

const struct layout_nav site_nav[] = {
    {"home", "Home", "/"},
    {"children", "Children", "/children"},
};
const size_t n_site_nav = sizeof site_nav / sizeof *site_nav;
