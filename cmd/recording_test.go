package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A scene is one screen of the recording in the README.
type scene struct {
	server string // whose answers are given again: a deployment of the lab, in testdata/wire
	typed  []string
	hold   float64 // seconds until the next one
}

var recording = []scene{
	{"", []string{
		"# make a token, and check it: what was looked at, and what was not",
		"jwt sign -S env:SECRET -i my-api -s alice -a api -e 1h -o token",
		"jwt verify -S env:SECRET --aud api @token",
	}, 6},
	{"apache-mod-wsgi-extended", []string{
		"# on the server it gets a 401: does the header arrive there at all?",
		"jwt probe http://127.0.0.1:8080/me --token @token",
	}, 12},
	{"apache-mod-wsgi-extended-passauth", []string{
		"# with that line in Apache's configuration",
		"jwt probe http://127.0.0.1:8080/me --token @token",
	}, 7},
}

const (
	screenWidth  = 100
	typingPace   = 0.03 // seconds for each character
	answerPace   = 0.4  // seconds until the program has answered
	recordedPort = "127.0.0.1:8080"
)

func recordedAt() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }

// TestRecording holds testdata/demo to what the program prints: a recording as
// asciinema has them (asciicast v2), and a picture of it that moves. The servers that
// are asked give the answers of real ones, Apache with mod_wsgi and Flask-JWT-Extended,
// as the lab has recorded them.
func TestRecording(t *testing.T) {
	dir, err := filepath.Abs("../testdata/demo")
	if err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Abs("../testdata/wire")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var cast castWriter
	for _, s := range recording {
		server := recordedPort
		if s.server != "" {
			server = replay(t, filepath.Join(logs, s.server, "me.good.json"))
		}
		cast.print("\x1b[2J\x1b[H")
		for _, line := range s.typed {
			cast.typeLine(line)
			if strings.HasPrefix(line, "#") {
				continue
			}
			cast.at += answerPace
			cast.print(strings.ReplaceAll(recordRun(strings.ReplaceAll(line, recordedPort, server)), server, recordedPort))
		}
		cast.at += s.hold
	}
	fresh(t, filepath.Join(dir, "demo.cast"), cast.bytes(t))
	fresh(t, filepath.Join(dir, "demo.svg"), drawCast(t, cast.events, cast.at))
}

// recordRun is what a command line prints on a terminal.
func recordRun(line string) string {
	var out bytes.Buffer
	env := testEnv(&out, &out, map[string]string{"SECRET": "0123456789abcdef0123456789abcdef"})
	env.Terminal.Out, env.Terminal.Err, env.Width = true, true, screenWidth
	env.Now = recordedAt
	Run(context.Background(), env, strings.Fields(line)[1:])
	return out.String()
}

// replay is a server that gives the answers of a log, in their order, and its address.
func replay(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := wire.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked >= len(saved.Exchanges) {
			t.Errorf("asked for a %d. answer; %s has %d", asked+1, file, len(saved.Exchanges))
			return
		}
		exchange := saved.Exchanges[asked]
		asked++
		hop := exchange.Hops[0]
		sent := r.Header.Get("Authorization") != ""
		recorded := false
		for _, f := range hop.Wrote {
			recorded = recorded || f.Name == "Authorization"
		}
		if sent != recorded {
			t.Errorf("%s: Authorization is sent: %v; in the log it was: %v", exchange.Experiment, sent, recorded)
		}
		for _, f := range hop.Response.Header {
			w.Header().Add(f.Name, f.Value)
		}
		w.Header().Set("Date", recordedAt().Format(http.TimeFormat))
		w.WriteHeader(hop.Response.Status)
		_, _ = w.Write([]byte(hop.Response.Body))
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// A castEvent is something that the terminal shows, and when, in seconds.
type castEvent struct {
	at   float64
	text string
}

type castWriter struct {
	at     float64
	events []castEvent
}

func (c *castWriter) print(text string) {
	if text != "" {
		c.events = append(c.events, castEvent{c.at, strings.ReplaceAll(text, "\n", "\r\n")})
	}
}

func (c *castWriter) typeLine(line string) {
	c.print("$ ")
	for _, r := range line {
		c.at += typingPace
		c.print(string(r))
	}
	c.at += typingPace
	c.print("\n")
}

// bytes are the recording as a file: a line of JSON about it, and one for each event.
func (c *castWriter) bytes(t *testing.T) []byte {
	height := 0
	for _, s := range screens(c.events) {
		height = max(height, len(s))
	}
	var b bytes.Buffer
	lines := []any{map[string]any{"version": 2, "width": screenWidth, "height": height, "title": "jwt"}}
	for _, e := range c.events {
		lines = append(lines, []any{json.Number(fmt.Sprintf("%.2f", e.at)), "o", e.text})
	}
	for _, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// A castLine is a line on the screen: when it begins, and when it is complete.
type castLine struct {
	from, to float64
	text     string // with its colours
}

// screens are the lines between one emptying of the screen and the next.
func screens(events []castEvent) [][]castLine {
	var all [][]castLine
	open := false
	for _, e := range events {
		if e.text == "\x1b[2J\x1b[H" {
			all, open = append(all, nil), false
			continue
		}
		last := len(all) - 1
		for piece := range strings.SplitAfterSeq(e.text, "\n") {
			if piece == "" {
				continue
			}
			if !open {
				all[last] = append(all[last], castLine{from: e.at})
			}
			line := &all[last][len(all[last])-1]
			line.to, line.text = e.at, line.text+strings.TrimRight(piece, "\r\n")
			open = !strings.HasSuffix(piece, "\n")
		}
	}
	return all
}

// Sizes of the picture, in pixels.
const (
	cellWidth  = 8.4
	lineHeight = 19
	margin     = 16
)

// pictureStyle is dark or light as the reader has it, and drawn on its own ground, so that
// it can be read on any page. Without motion it is the second screen.
const pictureStyle = `
svg{--bg:#0d1117;--fg:#e6edf3;--dim:#8d96a0;--good:#3fb950;--bad:#f85149;--unsure:#d29922;--line:#30363d}
@media (prefers-color-scheme:light){svg{--bg:#ffffff;--fg:#1f2328;--dim:#59636e;--good:#116329;--bad:#b3202a;--unsure:#7d4e00;--line:#d1d9e0}}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--fg);white-space:pre}
.ground{fill:var(--bg);stroke:var(--line)}.cover{fill:var(--bg)}
.dim{fill:var(--dim)}.typed{font-weight:600}.c31{fill:var(--bad);font-weight:600}.c32{fill:var(--good)}.c33{fill:var(--unsure)}
.screen{visibility:hidden}.still{visibility:visible}.cover{visibility:hidden}
`

// drawCast draws a recording: a group for each screen, and in it a line for each line. What
// was typed is there from the start, under a cover that moves away.
func drawCast(t *testing.T, events []castEvent, end float64) []byte {
	all := screens(events)
	height := 0
	for _, s := range all {
		height = max(height, len(s))
	}
	var style, body strings.Builder
	width, tall := screenWidth*cellWidth+2*margin, height*lineHeight+2*margin
	part := func(at float64) string { return fmt.Sprintf("%.3f%%", 100*at/end) }
	during := func(name string, from, to float64) { // it is shown from one moment to another
		fmt.Fprintf(&style, "@keyframes %s{0%%{visibility:hidden}%s{visibility:visible}%s,100%%{visibility:hidden}}\n", name, part(from), part(to))
		fmt.Fprintf(&style, ".%s{animation:%s %.2fs step-end infinite}\n", name, name, end)
	}
	for i, s := range all {
		until := end
		if i+1 < len(all) {
			until = all[i+1][0].from
		}
		name, still := fmt.Sprintf("s%d", i), ""
		during(name, s[0].from, until)
		if i == 1 {
			still = " still"
		}
		fmt.Fprintf(&body, "<g class=\"screen%s %s\">\n", still, name)
		shown := ""
		for j, line := range s {
			y := margin + (j+1)*lineHeight - 5
			if line.from == line.to { // an answer: all of its lines at once
				if j == 0 || s[j-1].to != line.from || s[j-1].from != s[j-1].to {
					shown = fmt.Sprintf("%sa%d", name, j)
					during(shown, line.from, until)
				}
				drawLine(t, &body, shown, "", y, line.text)
				continue
			}
			cover := fmt.Sprintf("%st%d", name, j)
			cells := len([]rune(line.text))
			during(cover+"l", line.from, until)
			class := "typed"
			if strings.HasPrefix(line.text, "$ #") {
				class = "dim"
				line.text = line.text[len("$ "):]
				cells -= len("$ ")
			}
			drawLine(t, &body, cover+"l", class, y, line.text)
			fmt.Fprintf(&style, "@keyframes %s{0%%{visibility:hidden;animation-timing-function:step-end}"+
				"%s{visibility:visible;transform:none;animation-timing-function:steps(%d)}%s,100%%{visibility:hidden;transform:translateX(%.1fpx)}}\n",
				cover, part(line.from), cells, part(line.to), float64(cells)*cellWidth)
			fmt.Fprintf(&style, ".%s{animation:%s %.2fs infinite}\n", cover, cover, end)
			fmt.Fprintf(&body, "<rect class=\"cover %s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
				cover, margin, margin+j*lineHeight, float64(cells+1)*cellWidth, lineHeight)
		}
		body.WriteString("</g>\n")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" height=\"%d\" role=\"img\" aria-label=\"a recording of jwt sign, verify and probe\">\n",
		width, tall, width, tall)
	fmt.Fprintf(&b, "<style>%s%s@media (prefers-reduced-motion:reduce){*{animation:none!important}}\n</style>\n", pictureStyle, style.String())
	fmt.Fprintf(&b, "<rect class=\"ground\" x=\".5\" y=\".5\" width=\"%.0f\" height=\"%d\" rx=\"8\"/>\n", width-1, tall-1)
	b.WriteString(body.String())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

var (
	colourCode = regexp.MustCompile("\x1b\\[([0-9;]*)m")
	markup     = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// drawLine draws one line. Its width is said, so that its columns stand under those of
// others in every font.
func drawLine(t *testing.T, b *strings.Builder, name, class string, y int, text string) {
	plain := colourCode.ReplaceAllString(text, "")
	if strings.ContainsRune(plain, '\x1b') {
		t.Errorf("%q steers the terminal in a way that is not drawn", text)
	}
	if plain == "" {
		return
	}
	var spans strings.Builder
	colour := ""
	rest := text
	for rest != "" {
		code := colourCode.FindStringSubmatchIndex(rest)
		if code == nil {
			code = []int{len(rest), len(rest), 0, 0}
		}
		if piece := markup.Replace(rest[:code[0]]); piece != "" && colour != "" {
			fmt.Fprintf(&spans, "<tspan class=\"c%s\">%s</tspan>", colour, piece)
		} else {
			spans.WriteString(piece)
		}
		if code[0] < len(rest) {
			switch colour = rest[code[2]:code[3]]; colour {
			case "0", "":
				colour = ""
			case "31", "32", "33":
			default:
				t.Errorf("%q has a colour that is not drawn", text)
			}
		}
		rest = rest[code[1]:]
	}
	fmt.Fprintf(b, "<text class=\"%s\" x=\"%d\" y=\"%d\" textLength=\"%.1f\" xml:space=\"preserve\">%s</text>\n",
		strings.TrimSpace(class+" "+name), margin, y, float64(len([]rune(plain)))*cellWidth, spans.String())
}
