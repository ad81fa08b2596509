// Package serve is what a client is tried against: an issuer, an API that takes
// its tokens, and a front that loses them on the way, as http.Handlers.
package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// A Server is a place on the loopback interface: there before what answers at
// it, because an issuer has its own address in its tokens.
type Server struct {
	URL string // "http://127.0.0.1:40217"

	listener net.Listener
	http     *http.Server
}

const (
	headerTimeout = 10 * time.Second // for a client to say what it wants
	maxHeader     = 64 << 10         // bytes; a longer token than most servers take
)

// Listen takes a free port that this machine alone can reach. Whoever asks
// before [Server.Serve] waits.
func Listen(ctx context.Context) (*Server, error) {
	var ports net.ListenConfig
	listener, err := ports.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		var err6 error
		if listener, err6 = ports.Listen(ctx, "tcp", "[::1]:0"); err6 != nil {
			return nil, errors.Join(err, err6)
		}
	}
	return &Server{
		URL: "http://" + listener.Addr().String(), listener: listener,
		http: &http.Server{ReadHeaderTimeout: headerTimeout, MaxHeaderBytes: maxHeader, ErrorLog: silent()},
	}, nil
}

// Serve answers with h from now on, beside whatever the caller does.
func (s *Server) Serve(h http.Handler) {
	s.http.Handler = h
	go s.http.Serve(s.listener) //nolint:errcheck // ends with Close, and says so
}

// Close gives the port back and drops who is still connected.
func (s *Server) Close() error {
	err := s.http.Close()
	if own := s.listener.Close(); !errors.Is(own, net.ErrClosed) { // nobody has served
		err = errors.Join(err, own)
	}
	return err
}

// silent keeps what net/http has to say off the process's stderr, which is not
// this package's to write to.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
