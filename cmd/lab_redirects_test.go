//go:build lab && linux

package cmd

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
)

// redirectClients are the clients that can be run here, by their names in package
// knowledge. Each is to ask the URL with the header, follow, and take any certificate;
// whatever host and port a URL names, the server is at the address.
var redirectClients = map[string]struct {
	venv string
	ask  func(x interop, address, url, authorization string) error
}{
	"curl": {ask: func(x interop, address, url, authorization string) error {
		_, err := x.try(nil, "curl", "-sSfkL", "--connect-to", "::"+address, "-H", "Authorization: "+authorization, url)
		return err
	}},
	"wget": {ask: func(x interop, address, url, authorization string) error {
		_, err := x.try(nil, "wget", "-qO-", "--no-hsts", "--no-check-certificate", "-e", "use_proxy=on",
			"-e", "http_proxy=http://"+address, "-e", "https_proxy=http://"+address, "-e", "no_proxy=", "--header=Authorization: "+authorization, url)
		return err
	}},
	"requests": {venv: "requests", ask: func(x interop, address, url, authorization string) error {
		_, err := x.try(nil, x.python, "-c", redirectRequests, address, url, authorization)
		return err
	}},
	"node-fetch": {ask: func(x interop, address, url, authorization string) error {
		_, err := x.try(nil, "node", "-e", redirectNode, address, url, authorization)
		return err
	}},
	"go": {ask: func(x interop, address, url, authorization string) error {
		client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // what is asked is not who answers
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, address)
			},
		}}
		request, err := http.NewRequestWithContext(x.Context(), http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", authorization)
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		return errors.Join(err, answer.Body.Close())
	}},
}

// redirectPrefix is before a client's name in required.txt.
const redirectPrefix = "redirects-"

func redirectRequired(name string) bool {
	id, ours := strings.CutPrefix(name, redirectPrefix)
	_, there := redirectClients[id]
	return ours && there
}

const redirectRequests = `
import socket, sys, requests, urllib3
urllib3.disable_warnings()
address, url, authorization = sys.argv[1:]
host, port = address.split(":")
real = socket.create_connection
urllib3.util.connection.create_connection = lambda _, *a, **k: real((host, int(port)))
requests.get(url, headers={"Authorization": authorization}, verify=False, timeout=20).raise_for_status()
`

const redirectNode = `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; process.removeAllListeners("warning");
const [address, url, authorization] = process.argv.slice(1);
const [host, port] = address.split(":");
const net = require("node:net"), tls = require("node:tls");
for (const module of [net, tls]) {
  const connect = module.connect;
  module.connect = (options, ...more) => connect.call(module, {...options, host, port: Number(port)}, ...more);
}
fetch(url, {headers: {Authorization: authorization}}).then(r => process.exit(r.ok ? 0 : 1), e => { console.error(e, e.cause); process.exit(1); });
`

// TestLabRedirects runs each client along every way that the samples of its rule have,
// and holds what arrives at the end against the rule.
func TestLabRedirects(t *testing.T) {
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil {
		t.Fatal(err)
	}
	required := labRequired(t)
	tried := 0
	for _, client := range base.Clients {
		program, here := redirectClients[client.ID]
		if here != (client.Mark == "LAB") {
			t.Errorf("%s is marked %s, and can be run here: %t", client.ID, client.Mark, here)
		}
		if !here {
			continue
		}
		tried++
		t.Run(client.ID, func(t *testing.T) {
			t.Parallel()
			x, missing := interop{T: t, dir: t.TempDir()}, ""
			switch {
			case program.venv != "":
				venv := labFindVenv(t, labHome(t), program.venv)
				missing, x.python = venv.missing, filepath.Join(venv.dir, "bin", "python")
			case client.ID == "node-fetch":
				if labFind("node") == "" {
					missing = "node"
				}
			case client.ID != "go" && labFind(client.ID) == "":
				missing = client.ID
			}
			labSkip(t, required, redirectPrefix+client.ID, missing)
			for _, sample := range client.Samples {
				server := newRedirectServer(t, sample.Way)
				const sent = "Bearer of-nobody"
				if err := program.ask(x, server.address, server.way[0].String(), sent); err != nil {
					t.Errorf("%s: %v", strings.Join(sample.Way, " → "), err)
					continue
				}
				arrived := server.arrived()
				if len(arrived) != len(sample.Way) {
					t.Errorf("%s: %d requests arrived", strings.Join(sample.Way, " → "), len(arrived))
					continue
				}
				if arrived[0] != sent {
					t.Fatalf("the header was not sent at all: %q", arrived[0])
				}
				if last := arrived[len(arrived)-1]; (last == sent) != sample.Keeps || last != sent && last != "" {
					t.Errorf("%s: %q arrives, and the rule keeps it: %t", strings.Join(sample.Way, " → "), last, sample.Keeps)
				}
			}
		})
	}
	if tried != len(redirectClients) {
		t.Errorf("%d clients have a rule, of %d that can be run", tried, len(redirectClients))
	}
}

// A redirectServer answers at every host and port at once, with TLS and without, and as
// a proxy too. It sends who asks along a way.
type redirectServer struct {
	address string
	way     []*url.URL // each with its number in its query
	mu      sync.Mutex
	got     []string // what came as Authorization to each
}

func newRedirectServer(t *testing.T, way []string) *redirectServer {
	identity, err := labIdentity()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(identity.certificate, identity.key)
	if err != nil {
		t.Fatal(err)
	}
	s := &redirectServer{}
	for i, address := range way {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.RawQuery = strconv.Itoa(i)
		s.way = append(s.way, u)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s.address = l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
		}
	}()
	return s
}

func (s *redirectServer) arrived() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

// A peeked connection is one of which the first bytes were looked at.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

func (s *redirectServer) serve(conn net.Conn, config *tls.Config) {
	defer conn.Close() //nolint:errcheck // a test's server
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	for secure := false; ; {
		r := bufio.NewReader(conn)
		first, err := r.Peek(1)
		if err != nil {
			return
		}
		if first[0] == 0x16 { // a TLS record of a handshake (RFC 8446 §5.1)
			conn, secure = tls.Server(peeked{conn, r}, config), true
			continue
		}
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if request.Method == http.MethodConnect {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			conn = peeked{conn, r}
			continue
		}
		_, _ = io.WriteString(conn, s.answer(request, secure))
		return
	}
}

func (s *redirectServer) answer(r *http.Request, secure bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	const end = "Content-Length: 0\r\nConnection: close\r\n\r\n"
	i, err := strconv.Atoi(r.URL.RawQuery)
	if err != nil || i != len(s.got) || i >= len(s.way) || secure != (s.way[i].Scheme == "https") {
		return "HTTP/1.1 500 Not the way\r\n" + end
	}
	s.got = append(s.got, r.Header.Get("Authorization"))
	if i+1 == len(s.way) {
		return "HTTP/1.1 200 OK\r\n" + end
	}
	return "HTTP/1.1 302 Found\r\nLocation: " + s.way[i+1].String() + "\r\n" + end
}
