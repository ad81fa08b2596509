package ui

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"strings"
)

// pageStyle is all the style there is. The page names its digest, so that no
// other can apply.
//
//go:embed report.css
var pageStyle string

// markup is HTML that is whole: what opens in it closes in it, and no text of it
// is taken for anything but text.
type markup struct{ html string }

// element is one with what is inside. The tag has its attributes too: it is all the
// program's own words, and no stranger's text ever stands in one.
func element(tag string, inside ...markup) markup {
	name, _, _ := strings.Cut(tag, " ")
	whole := "<" + tag + ">" + joined(inside).html
	if name != "meta" { // which has no end (HTML, 13.1.2)
		whole += "</" + name + ">"
	}
	if !strings.Contains(inlines, " "+name+" ") {
		whole += "\n" // for who reads the source
	}
	return markup{whole}
}

const inlines = " span code strong svg circle path th td dt "

func joined(parts []markup) markup {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.html)
	}
	return markup{b.String()}
}

// own is text of the program itself.
func own(text string) markup { return markup{html.EscapeString(text)} }

// HTML is a report as one page that needs nothing else: no script, no style but its
// own, and nothing from anywhere.
func HTML(r Report, secrets *Secrets) []byte {
	w := pageWriter{reporter{secrets}}
	r = r.capped()
	sum := sha256.Sum256([]byte(pageStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	page := element(`html lang="en"`,
		element("head",
			element(`meta charset="utf-8"`),
			element(`meta http-equiv="Content-Security-Policy" content="`+policy+`"`),
			element(`meta name="viewport" content="width=device-width, initial-scale=1"`),
			element(`meta name="referrer" content="no-referrer"`),
			element(`meta name="color-scheme" content="light dark"`),
			element("title", own(w.cut(strings.TrimSuffix(r.Verdict+": "+r.About, ": "), maxName))),
			element("style", markup{pageStyle}),
		),
		element("body", element("main",
			w.head(r),
			w.path(r),
			w.advice(r),
			w.tests(r),
			w.places(r),
			w.facts(r),
			element("footer", w.text(r.Maker)),
		)),
	)
	return []byte("<!doctype html>\n" + page.html)
}

type pageWriter struct{ reporter }

func (w pageWriter) text(s string) markup { return own(w.plain(s)) }

// of is an element with one text in it, and nothing if that is empty.
func (w pageWriter) of(tag, text string) markup {
	if text == "" {
		return markup{}
	}
	return element(tag, w.text(text))
}

func (w pageWriter) code(text string) markup { return w.of("code", text) }

// name is code of which the beginning is enough.
func (w pageWriter) name(text string) markup {
	if text == "" {
		return markup{}
	}
	return element("code", own(w.cut(text, maxName)))
}

// section is a part of the page under its heading, and nothing if the part is empty.
func section(heading, id string, inside ...markup) markup {
	whole := joined(inside)
	if whole.html == "" {
		return whole
	}
	return element(`section aria-labelledby="`+id+`"`,
		element(`h2 id="`+id+`"`, own(heading)), whole)
}

func (w pageWriter) head(r Report) markup {
	said := []markup{
		element("h1"+marked[r.Mark],
			element(`span class="verdict"`, sign(r.Mark, ""), w.text(r.Verdict)),
			own(" "), w.of(`span class="words"`, r.Words)),
		element(`p class="about"`, w.of("span", r.Title), own(" "), w.name(r.About), own(" "), w.of(`span class="when"`, r.When)),
	}
	for _, remark := range r.Remarks {
		said = append(said, w.of(`p class="remark"`, remark))
	}
	return element("header", said...)
}

// path draws the stations and what lies between them, as a list: its words wrap, are
// read aloud and can be copied.
func (w pageWriter) path(r Report) markup {
	if len(r.Path) == 0 {
		return markup{}
	}
	var stations []markup
	for i, s := range r.Path {
		var link markup
		if i > 0 {
			way := "unsure"
			switch {
			case s.Lost != "":
				way = "lost"
			case s.Mark == Good && r.Path[i-1].Mark == Good:
				way = "good"
			}
			link = element(`span class="link `+way+`"`, w.of("span", s.Lost))
		}
		stations = append(stations, element("li"+marked[s.Mark],
			link,
			element(`span class="stop"`, sign(s.Mark, pathLegend[s.Mark])),
			element(`span class="station"`,
				w.of("strong", s.Name), own(" "), w.of(`span class="state"`, s.State), own(" "), w.name(s.Says)),
		))
	}
	shape := "path"
	if len(stations) <= maxAcross {
		shape += " across"
	}
	var legend []markup
	for _, m := range []Mark{Good, Bad, Unsure} {
		legend = append(legend, element("span"+marked[m], sign(m, ""), own(pathLegend[m])), own(" "))
	}
	parts := []markup{
		w.of("p", r.PathWords),
		element("figure",
			element(`ol class="`+shape+`" role="list"`, stations...),
			element("figcaption", legend...)),
	}
	if len(r.Redirects) > 0 {
		parts = append(parts, element("h3", own(headWay)), w.list(r.Redirects))
	}
	return section(headPath, "path", parts...)
}

// maxAcross is how many stations fit beside each other.
const maxAcross = 5

func (w pageWriter) advice(r Report) markup {
	var parts []markup
	if len(r.Causes) > 0 {
		parts = append(parts, w.of(`p class="likely"`, r.Likely))
	}
	for _, c := range r.Causes {
		parts = append(parts, w.cause("cause", c))
	}
	if len(r.AlsoCauses) > 0 {
		parts = append(parts, element("h3", own(headAlso)))
		for _, c := range r.AlsoCauses {
			parts = append(parts, w.cause("cause lesser", c))
		}
	}
	if len(r.Steps) > 0 {
		if len(parts) > 0 {
			parts = append(parts, element("h3", own(headMore)))
		}
		parts = append(parts, w.list(r.Steps))
	}
	return section(headFix, "fix", parts...)
}

func (w pageWriter) list(texts []string) markup {
	var items []markup
	for _, text := range texts {
		items = append(items, w.of("li", text))
	}
	return element("ul", items...)
}

func (w pageWriter) cause(kind string, c Cause) markup {
	var rows []markup
	row := func(name string, value markup) {
		if value.html != "" {
			rows = append(rows, element("dt", own(name)), element("dd", value))
		}
	}
	var fix []markup
	for _, line := range c.Fix {
		fix = append(fix, w.of(`code class="line"`, line))
	}
	row("fix", joined(fix))
	row("where", w.text(c.Where))
	row("check", w.text(c.Check))
	row("why", w.text(c.Why))
	if len(c.Source) > 0 {
		row("source", element(`span class="source"`, w.text(strings.Join(c.Source, " · "))))
	}
	return element(`article class="`+kind+`"`,
		element(`p class="title"`, w.of("strong", c.Title), own(" "), w.code(c.ID)),
		element("dl", rows...))
}

// table is one that a narrow screen shows as a list. The roles say that it is a table
// there too: by its looks alone it would be none any more.
func (w pageWriter) table(name string, columns []string, rows [][]markup) markup {
	if len(rows) == 0 {
		return markup{}
	}
	var head []markup
	for _, column := range columns {
		head = append(head, element(`th scope="col" role="columnheader"`, own(column)))
	}
	var body []markup
	for _, row := range rows {
		var cells []markup
		for i, cell := range row {
			switch {
			case i == 0:
				cells = append(cells, element(`th scope="row" role="rowheader"`, cell))
			case cell.html == "":
				cells = append(cells, element(`td class="empty" role="cell"`))
			default:
				cells = append(cells, element(`td role="cell"`, cell))
			}
		}
		body = append(body, element(`tr role="row"`, cells...))
	}
	return element(`table class="`+name+`" role="table"`,
		element(`thead role="rowgroup"`, element(`tr role="row"`, head...)),
		element(`tbody role="rowgroup"`, body...))
}

func (w pageWriter) tests(r Report) markup {
	var rows [][]markup
	for _, t := range r.Tests {
		rows = append(rows, []markup{w.text(t.Name), w.text(t.Asks), w.text(t.Status), w.text(t.Says), w.code(t.Quote)})
	}
	parts := []markup{w.table("tests", []string{"experiment", "what it asks", "status", "what that says", "in its words"}, rows)}
	if len(r.NotIt) > 0 {
		parts = append(parts, element("h3", own(headNotIt)), w.items(`dl class="ids"`, r.NotIt))
	}
	return section(headTests, "tests", parts...)
}

func (w pageWriter) places(r Report) markup {
	var parts []markup
	for _, places := range r.Elsewhere {
		var rows [][]markup
		for _, p := range places.List {
			verdict := element("span"+marked[p.Mark], sign(p.Mark, ""), w.text(p.Verdict))
			rows = append(rows, []markup{w.code(p.Address), verdict, w.text(p.Reason)})
		}
		parts = append(parts, w.of("p", places.Words), w.table("places", []string{"address", "verdict", "reason"}, rows))
	}
	return section(headPlaces, "places", parts...)
}

func (w pageWriter) facts(r Report) markup {
	if len(r.Facts) == 0 {
		return markup{}
	}
	return section(headFacts, "facts", w.items("dl", r.Facts))
}

func (w pageWriter) items(tag string, list []Item) markup {
	var rows []markup
	for _, i := range list {
		rows = append(rows, element("dt", w.text(i.Name)), element("dd", w.text(i.Text)))
	}
	return element(tag, rows...)
}

// marked is what an element has whose colour says how good a thing is, as its words do.
var marked = [...]string{Unsure: ` class="unsure"`, Good: ` class="good"`, Bad: ` class="bad"`}

// signs are the marks as drawings: a font need not have the characters, and a printer
// leaves backgrounds out.
var signs = [...]string{
	Unsure: "M5.6 6.1a2.4 2.4 0 1 1 3.5 2.2c-.7.4-1.1.8-1.1 1.6M8 11.8v.2",
	Good:   "M4.6 8.3l2.3 2.3 4.5-5",
	Bad:    "M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4",
}

// sign draws a mark. Without words it is decoration beside a text that says it.
func sign(m Mark, words string) markup {
	label, title := ` aria-hidden="true"`, markup{}
	if words != "" {
		label, title = ` role="img"`, element("title", own(words))
	}
	return element(`svg class="sign" viewBox="0 0 16 16" width="16" height="16"`+label, title,
		element(`circle cx="8" cy="8" r="7"`),
		element(`path d="`+signs[m]+`"`))
}
