/* Figures and charts: SVG made here, the same numbers as a table below, shape as well as colour to tell series apart. */
#include <stdio.h>

#include "web/markup.h"

enum { WIDTH = 640, HEIGHT = 300, LEFT = 56, RIGHT = 16, TOP = 16, BOTTOM = 40, MAX_SERIES = 4 };

void ui_figures_begin(struct html *h) {
  html_raw(h, "<ul class=\"kith-figures\">\n");
}

void ui_figures_end(struct html *h) {
  html_raw(h, "</ul>\n");
}

void ui_figure(struct html *h, const char *value, const char *label, const char *href) {
  html_raw(h, "<li class=\"kith-figure\">");
  if (href) markup(h, "<a class=\"kith-figure__link\" href=\"$\">", href);
  markup(h, "<span class=\"kith-figure__value\">$</span> <span class=\"kith-figure__label\">$</span>", value, label);
  if (href) html_raw(h, "</a>");
  html_raw(h, "</li>\n");
}

static const char *scaled(struct html *h, int64_t v, int scale) {
  int64_t unit = 1;
  for (int i = 0; i < scale; i++) unit *= 10;
  if (scale == 0) return arena_printf(h->out.arena, "%lld", (long long)v);
  int64_t whole = v / unit, rest = v % unit;
  return arena_printf(h->out.arena, "%s%lld.%0*lld", v < 0 && whole == 0 ? "-" : "", (long long)whole, scale,
                      (long long)(rest < 0 ? -rest : rest));
}

struct plot {
  const struct ui_chart *c;
  double low, high, step;
}; /* axis in the values' own unit */

static bool has(const struct ui_series *s, size_t i) {
  return !s->has || s->has[i];
}

/* Round steps (1, 2 or 5 times a power of ten), at most six of them, upwards from `from` unless a value is below it. */
static struct plot plot_of(const struct ui_chart *c, double from) {
  double low = from, high = from + 1;
  for (size_t k = 0; k < c->n_series; k++)
    for (size_t i = 0; i < c->n; i++)
      if (has(&c->series[k], i)) {
        double v = (double)c->series[k].values[i];
        if (v < low) low = v;
        if (v > high) high = v;
      }
  double step = 1;
  static const double factors[] = {2, 2.5, 2};
  for (int i = 0; (high - low) / step > 6; i++) step *= factors[i % 3];
  struct plot p = {.c = c, .step = step};
  for (p.low = from; p.low > low; p.low -= step) continue;
  for (p.high = p.low; p.high < high; p.high += step) continue;
  return p;
}

static double y_of(const struct plot *p, double v) {
  return TOP + (HEIGHT - TOP - BOTTOM) * (p->high - v) / (p->high - p->low);
}

static double slot(const struct plot *p) {
  return (double)(WIDTH - LEFT - RIGHT) / (double)(p->c->n ? p->c->n : 1);
}

static double x_of(const struct plot *p, size_t i) {
  return LEFT + slot(p) * ((double)i + 0.5);
}

static void axes(struct html *h, const struct plot *p) {
  for (double v = p->low; v <= p->high + p->step / 2; v += p->step) {
    buf_printf(&h->out, "<line class=\"kith-chart__grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
               WIDTH - RIGHT, y_of(p, v), y_of(p, v));
    buf_printf(&h->out, "<text class=\"kith-chart__text\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">", LEFT - 8,
               y_of(p, v) + 4);
    html_text(h, scaled(h, (int64_t)v, p->c->scale));
    html_raw(h, "</text>");
  }
  size_t every = p->c->n > 12 ? (p->c->n + 11) / 12 : 1;
  for (size_t i = 0; i < p->c->n; i += every) {
    buf_printf(&h->out, "<text class=\"kith-chart__text\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">", x_of(p, i),
               HEIGHT - BOTTOM + 20);
    html_text(h, p->c->labels[i]);
    html_raw(h, "</text>");
  }
}

static void svg_begin(struct html *h, const struct ui_chart *c) {
  const char *id = html_id(h, "chart");
  html_raw(h, "<figure class=\"kith-chart\">\n");
  markup(h, "<figcaption class=\"govuk-heading-s\">$</figcaption>\n", c->title);
  buf_printf(&h->out, "<svg class=\"kith-chart__svg\" viewBox=\"0 0 %d %d\" role=\"img\"", WIDTH, HEIGHT);
  markup(h, " aria-labelledby=\"$-title $-desc\"><title id=\"$-title\">$</title><desc id=\"$-desc\">$</desc>", id, id,
         id, c->title, id, c->description);
}

static void legend(struct html *h, const struct ui_chart *c) {
  if (c->n_series < 2) return;
  html_raw(h, "<ul class=\"kith-chart__legend\">\n");
  for (size_t k = 0; k < c->n_series && k < MAX_SERIES; k++) {
    buf_printf(&h->out, "<li class=\"kith-chart__key kith-chart__key--%zu\">", k + 1);
    html_text(h, c->series[k].name);
    html_raw(h, "</li>\n");
  }
  html_raw(h, "</ul>\n");
}

static void twin_table(struct html *h, const struct ui_chart *c) {
  struct html *part = html_part(h);
  struct ui_column columns[MAX_SERIES + 1] = {{.title = c->x_label ? c->x_label : "Item"}};
  size_t n = c->n_series < MAX_SERIES ? c->n_series : MAX_SERIES;
  for (size_t k = 0; k < n; k++) columns[k + 1] = (struct ui_column){.title = c->series[k].name, .numeric = true};
  struct ui_table t = {
      .caption = c->title, .caption_hidden = true, .row_headers = true, .columns = columns, .n_columns = n + 1};
  for (size_t i = 0; i < c->n; i++) {
    struct ui_cell cells[MAX_SERIES + 1] = {{.text = c->labels[i]}};
    for (size_t k = 0; k < n; k++)
      cells[k + 1].text = has(&c->series[k], i) ? scaled(h, c->series[k].values[i], c->scale) : "–";
    ui_table_row(part, &t, cells);
  }
  ui_table_end(part, &t);
  ui_details(h, "Show these figures as a table", UI_HTML(part));
}

static void svg_end(struct html *h, const struct ui_chart *c) {
  html_raw(h, "</svg>\n");
  legend(h, c);
  twin_table(h, c);
  html_raw(h, "</figure>\n");
}

static void line(struct html *h, const struct plot *p, size_t k) {
  const struct ui_series *s = &p->c->series[k];
  buf_printf(&h->out, "<path class=\"kith-chart__line kith-chart__line--%zu\" d=\"", k + 1);
  bool pen = false;
  for (size_t i = 0; i < p->c->n; i++) {
    if (has(s, i)) buf_printf(&h->out, "%c%.1f %.1f", pen ? 'L' : 'M', x_of(p, i), y_of(p, (double)s->values[i]));
    pen = has(s, i);
  }
  html_raw(h, "\"/>");
  for (size_t i = 0; i < p->c->n; i++)
    if (has(s, i))
      buf_printf(&h->out, "<circle class=\"kith-chart__dot kith-chart__dot--%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>",
                 k + 1, x_of(p, i), y_of(p, (double)s->values[i]));
}

void ui_line_chart(struct html *h, const struct ui_chart *c) {
  struct plot p = plot_of(c, (double)c->from);
  svg_begin(h, c);
  axes(h, &p);
  for (size_t k = 0; k < c->n_series && k < MAX_SERIES; k++) line(h, &p, k);
  svg_end(h, c);
}

static void bar(struct html *h, const struct plot *p, size_t k, size_t i, size_t n) {
  double width = slot(p) * 0.7 / (double)n, x = x_of(p, i) - slot(p) * 0.35 + width * (double)k;
  double v = (double)p->c->series[k].values[i], top = y_of(p, v > 0 ? v : 0), bottom = y_of(p, v > 0 ? 0 : v);
  buf_printf(
      &h->out,
      "<rect class=\"kith-chart__bar kith-chart__bar--%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
      k + 1, x, top, width, bottom - top);
  if (n > 1 || p->c->n > 16) return;
  buf_printf(&h->out, "<text class=\"kith-chart__text\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", x + width / 2,
             top - 4);
  html_text(h, scaled(h, p->c->series[k].values[i], p->c->scale));
  html_raw(h, "</text>");
}

void ui_bar_chart(struct html *h, const struct ui_chart *c) {
  struct plot p = plot_of(c, 0);
  size_t n = c->n_series < MAX_SERIES ? c->n_series : MAX_SERIES;
  svg_begin(h, c);
  axes(h, &p);
  for (size_t i = 0; i < c->n; i++)
    for (size_t k = 0; k < n; k++)
      if (has(&c->series[k], i)) bar(h, &p, k, i, n);
  svg_end(h, c);
}
