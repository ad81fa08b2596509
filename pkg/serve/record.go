package serve

import (
	"net/http"
	"time"
)

// A Record is one request and its answer, for a log. What it has of the request is
// a stranger's text.
type Record struct {
	Method   string
	Path     string // without the query
	Query    bool   // whether there was one
	Host     string
	Origin   string // of the web page that asked; empty for most
	Status   int    // 0 if nothing was answered
	Duration time.Duration
	Seen     Seen // what arrived as credentials
}

// Recorded hands requests on, and tells log of each when it was answered. log is
// called concurrently.
func Recorded(log func(Record), h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		record := Record{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery != "", Host: r.Host, Origin: r.Header.Get("Origin"), Seen: See(r),
		}
		status := statusWriter{ResponseWriter: w}
		defer func() {
			record.Status, record.Duration = status.status, time.Since(started)
			log(record)
		}()
		h.ServeHTTP(&status, r)
		if status.status == 0 && r.Context().Err() == nil {
			status.status = http.StatusOK // what net/http makes of no answer
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
