//go:build lab && linux

package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A labProgram is how one kind of server is started, in the foreground.
type labProgram struct {
	program string   // to look for; a whole path may be a pattern
	needs   string   // a file that must be there too
	first   []string // another program and its arguments, which must have ended before
	args    []string // ${…} as in the files; see lab.values
	asRoot  []string // more arguments for both, for root
	user    string   // whom root starts it as, if it would not stay root anyway
	listens string   // on this socket, if it is not ${PORT}
}

var labPrograms = map[string]labProgram{
	"apache2": {
		program: "apache2",
		args:    []string{"-f", "${DIR}/apache.conf", "-DFOREGROUND"},
		// Apache does not let root do the work, nor does mod_wsgi.
		asRoot: []string{"-C", "User www-data", "-C", "Group www-data"},
	},
	"caddy": {program: "caddy", args: []string{"run", "--config", "${DIR}/Caddyfile", "--adapter", "caddyfile"}},
	"go":    {program: "${VENV}/${APP}", args: []string{"127.0.0.1:${PORT}", "${DIR}/secret.txt", "127.0.0.1:${APP_PORT}"}},
	"gunicorn": {
		program: "${VENV}/bin/python",
		args:    []string{"-m", "gunicorn", "--bind=127.0.0.1:${PORT}", "--no-control-socket", "${APP}:application"},
	},
	"haproxy":  {program: "haproxy", args: []string{"-db", "-f", "${DIR}/haproxy.cfg"}},
	"lighttpd": {program: "lighttpd", args: []string{"-D", "-f", "${DIR}/lighttpd.conf"}},
	"mojolicious": {
		program: "perl",
		needs:   "/usr/share/perl5/Mojolicious.pm",
		args:    []string{"${DIR}/${APP}.pl", "daemon", "--mode=production", "--listen=http://127.0.0.1:${PORT}"},
	},
	"nginx": {
		program: "nginx",
		args:    []string{"-e", "${DIR}/error.log", "-p", "${DIR}", "-c", "${DIR}/nginx.conf"},
	},
	"mariadbd": { // with 4 MiB of log for 96, and no waiting for the disk
		program: "mariadbd",
		needs:   "/usr/bin/mariadb-install-db",
		first:   []string{"mariadb-install-db", "--no-defaults", "--datadir=${DIR}/data", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M", "--debug-no-sync"},
		args:    []string{"--no-defaults", "--datadir=${DIR}/data", "--skip-networking", "--socket=${SOCKET}", "--init-file=${DIR}/users.sql", "--innodb-log-file-size=4M", "--debug-no-sync"},
		asRoot:  []string{"--user=www-data"}, // whom the data belong to, then
		// It would become him by itself, and with that outlive us: prctl(2) on
		// PR_SET_PDEATHSIG.
		user:    "www-data",
		listens: "${SOCKET}",
	},
	"node": {
		program: "node",
		first:   []string{"ln", "-sfn", "${VENV}/node_modules", "${DIR}/node_modules"}, // a module looks for others beside itself
		args:    []string{"${DIR}/${APP}.mjs", "${PORT}", "${APP_PORT}"},
	},
	"php-fpm": {
		program: "/usr/sbin/php-fpm[0-9]*", // Debian has the version in the name
		args:    []string{"--nodaemonize", "--fpm-config", "${DIR}/fpm.conf"},
	},
	"puma":   {program: "puma", needs: "/usr/share/rubygems-integration/all/gems/sinatra-*", args: []string{"--bind=tcp://127.0.0.1:${PORT}", "${DIR}/${APP}.ru"}},
	"python": {program: "${VENV}/bin/python", args: []string{"${DIR}/${APP}.py", "${PORT}", "${APP_PORT}"}},
	"squid":  {program: "squid", args: []string{"-N", "-f", "${DIR}/squid.conf"}},
	"tomcat": {
		program: "java",
		needs:   "/usr/share/tomcat10/bin/bootstrap.jar",
		args: []string{
			"-cp", "/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar",
			"-Dcatalina.home=/usr/share/tomcat10", "-Dcatalina.base=${DIR}", "-Djava.io.tmpdir=${DIR}",
			"-XX:TieredStopAtLevel=1", // it runs for seconds
			"org.apache.catalina.startup.Bootstrap", "-config", "${DIR}/tomcat.xml", "start",
		},
	},
	"uvicorn": {
		program: "${VENV}/bin/python",
		args:    []string{"-m", "uvicorn", "--host=127.0.0.1", "--port=${PORT}", "--no-access-log", "${APP}:application"},
	},
	"uwsgi": { // it takes SIGTERM for a wish to be started again, unless it is told otherwise
		program: "uwsgi",
		needs:   "/usr/lib/uwsgi/plugins/python3_plugin.so",
		args:    []string{"--die-on-term", "--plugin=python3", "--virtualenv=${VENV}", "--module=${APP}", "--need-app", "--ini=${DIR}/uwsgi.ini"},
	},
	"varnish": {
		program: "varnishd",
		args: []string{
			"-F", "-a", "127.0.0.1:${PORT}", "-f", "${DIR}/default.vcl",
			"-n", "${DIR}/varnish", "-s", "malloc,16m", "-T", "none",
		},
	},
	"waitress": {
		program: "${VENV}/bin/python",
		args:    []string{"-m", "waitress", "--listen=127.0.0.1:${PORT}", "${APP}:application"},
	},
}

// A labVenv is a virtual environment with the packages of requirements/NAME.txt, those
// of requirements/node, or what was built from the folder NAME.
type labVenv struct {
	dir     string
	missing string // why it cannot be used
}

// labHome is where .ci/lab installs virtual environments.
func labHome(t *testing.T) string {
	if home := os.Getenv("JWT_LAB_HOME"); home != "" {
		return home
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, ".cache", "jwt-lab")
}

// labVenvs finds what .ci/lab has installed. For root they are copied if Apache is
// to use them: whom it runs the applications as cannot read root's home.
func labVenvs(t *testing.T, deployments []*labDeployment) map[string]labVenv {
	home := labHome(t)
	venvs, copied := map[string]labVenv{}, map[string]bool{}
	for _, d := range deployments {
		for _, s := range d.Servers {
			if s.Venv == "" {
				continue
			}
			if _, known := venvs[s.Venv]; !known {
				venvs[s.Venv] = labFindVenv(t, home, s.Venv)
			}
			venv := venvs[s.Venv]
			if s.Run == "apache2" && os.Geteuid() == 0 && venv.missing == "" && !copied[s.Venv] {
				venvs[s.Venv] = labVenv{dir: labCopyVenv(t, venv.dir)}
				copied[s.Venv] = true
			}
		}
	}
	return venvs
}

// labNode is the environment whose packages are not Python's.
const labNode = "node"

// labFindVenv finds an environment, and in it a copy of what it was made from, which
// was written last.
func labFindVenv(t *testing.T, home, name string) labVenv {
	dir := filepath.Join(home, name)
	from, copied := filepath.Join(labDir, "requirements", name+".txt"), filepath.Join(dir, "requirements.txt")
	switch name {
	case labNode:
		from, copied = filepath.Join(labDir, "requirements", name, "package-lock.json"), filepath.Join(dir, "installed.json")
	case "go", "java":
		from, copied = filepath.Join(labDir, name), filepath.Join(dir, "source")
	}
	if _, err := os.Stat(copied); err != nil {
		return labVenv{missing: "the environment " + name}
	}
	if !labSame(t, from, copied) {
		return labVenv{missing: "what is new in the environment " + name}
	}
	return labVenv{dir: dir}
}

// labSame is whether a file, or each file of a folder, is the same there.
func labSame(t *testing.T, from, there string) bool {
	same := true
	err := filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		want, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		got, _ := os.ReadFile(filepath.Join(there, strings.TrimPrefix(file, from)))
		same = same && bytes.Equal(got, want)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return same
}

func labCopyVenv(t *testing.T, dir string) string {
	copied := filepath.Join(labOpen(t, t.TempDir()), filepath.Base(dir))
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return copied
}

// labOpen lets others into a temporary folder, which testing keeps to its owner.
func labOpen(t *testing.T, dir string) string {
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o755); err != nil { //nolint:gosec // there is nothing secret in it
			t.Fatal(err)
		}
	}
	return dir
}

// missing names what is not installed, empty if nothing is missing.
func (d *labDeployment) missing(venvs map[string]labVenv) string {
	for _, s := range d.Servers {
		p, known := labPrograms[s.Run]
		switch {
		case !known:
			return "a way to run " + s.Run
		case s.Venv != "" && venvs[s.Venv].missing != "":
			return venvs[s.Venv].missing
		case labFind(p.program) == "":
			return p.program
		}
		for _, file := range append(s.Needs, p.needs) {
			if files, _ := filepath.Glob(file); file != "" && len(files) == 0 {
				return filepath.Base(file)
			}
		}
	}
	return ""
}

// labFind is where a program is; servers are often not in a user's PATH.
func labFind(program string) string {
	if strings.HasPrefix(program, "$") {
		return program
	}
	if files, _ := filepath.Glob(program); filepath.IsAbs(program) && len(files) > 0 {
		return files[len(files)-1]
	}
	for _, name := range []string{program, "/usr/sbin/" + program} {
		if file, err := exec.LookPath(name); err == nil {
			return file
		}
	}
	return ""
}

// start starts the servers of the deployment, each when the one before it answers.
func (l *lab) start() {
	labOpen(l.T, l.dir)
	l.certify()
	open := filepath.Join(l.dir, "run")
	if err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777|os.ModeSticky)); err != nil { //nolint:gosec // the workers are somebody else
		l.Fatal(err)
	}
	values := map[string]string{"DIR": l.dir, "SOCKET": filepath.Join(l.dir, "data", "mariadb.sock"), "SECRET": labSecret()}
	maps.Copy(values, l.values)
	l.values = values
	for _, s := range l.Servers {
		values["APP_PORT"] = values["PORT"] // of the server before
		values["VENV"], values["APP"] = l.venvs[s.Venv].dir, s.App
		var err error
		for range 3 { // a port that was free a moment ago may be taken
			values["PORT"], values["OTHER_PORT"] = labPort(l.T), labPort(l.T)
			fill := labFill(values)
			l.render(fill)
			if err = l.serve(s, fill, values["PORT"]); err == nil {
				break
			}
		}
		if err != nil {
			l.Fatalf("%s: %v", s.Run, err)
		}
		if s.As != "" {
			values[s.As] = values["PORT"]
		}
	}
	if l.url = "http://127.0.0.1:" + values["PORT"]; l.URL != "" {
		l.url = labFill(values).Replace(l.URL)
	}
}

// Ports below those that systems give away by themselves: one of these may be somebody
// else's, or the near end of a connection, before a server has it, and then that answers.
const labFirstPort, labLastPort = 10000, 32767

var labNextPort atomic.Uint32

func init() { labNextPort.Store(rand.Uint32N(labLastPort)) } //nolint:gosec // two labs at a time seldom meet

// labPort is a port of the loopback interface that is free, and no other server's here.
func labPort(t *testing.T) string {
	for range labLastPort - labFirstPort {
		port := strconv.Itoa(labFirstPort + int(labNextPort.Add(1)%(labLastPort-labFirstPort+1)))
		if listener, err := net.Listen("tcp4", "127.0.0.1:"+port); err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// labFill puts values in place of ${NAME}. Servers have such names too, so those
// it does not know stay.
func labFill(values map[string]string) *strings.Replacer {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "${"+name+"}", value)
	}
	return strings.NewReplacer(pairs...)
}

// render writes the files that all deployments share and those of this one. Each takes
// its place whole: uWSGI opens its port before it loads the application, and the next
// server's files are written while it reads.
func (l *lab) render(fill *strings.Replacer) {
	for _, from := range []string{"shared", l.name} {
		files, err := filepath.Glob(filepath.Join(labDir, from, "*"))
		if err != nil {
			l.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				l.Fatal(err)
			}
			info, err := os.Stat(file)
			if err != nil {
				l.Fatal(err)
			}
			to, next := filepath.Join(l.dir, filepath.Base(file)), filepath.Join(l.dir, "next")
			if err := os.WriteFile(next, []byte(fill.Replace(string(text))), 0o644|info.Mode()&0o111); err != nil { //nolint:gosec // Apache's workers read it
				l.Fatal(err)
			}
			if err := os.Rename(next, to); err != nil {
				l.Fatal(err)
			}
		}
	}
}

// serve starts a server as a process group of its own, waits until it answers,
// and sees to it that it ends with the test, or with this process.
func (l *lab) serve(s labServer, fill *strings.Replacer, port string) error {
	p := labPrograms[s.Run]
	arguments := func(args []string) []string {
		if args = slices.Clone(args); os.Geteuid() == 0 {
			args = append(args, p.asRoot...)
		}
		for i, arg := range args {
			args[i] = fill.Replace(arg)
		}
		return args
	}
	if len(p.first) > 0 {
		first := exec.CommandContext(l.Context(), p.first[0], arguments(p.first[1:])...) //nolint:gosec // the table's
		if out, err := first.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", p.first[0], err, out)
		}
	}
	out, err := os.Create(filepath.Join(l.dir, s.Run+"-"+port+".out"))
	if err != nil {
		return err
	}
	defer out.Close()                                                               //nolint:errcheck // it is the server's now
	command := exec.Command(fill.Replace(labFind(p.program)), arguments(p.args)...) //nolint:gosec // the table's
	command.Dir, command.Stdout, command.Stderr = l.dir, out, out
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + l.dir, "PYTHONDONTWRITEBYTECODE=1"}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if p.user != "" && os.Geteuid() == 0 {
		if command.SysProcAttr.Credential, err = labUser(p.user); err != nil {
			return err
		}
	}
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	pid := command.Process.Pid
	network, address := "tcp4", "127.0.0.1:"+port
	if p.listens != "" {
		network, address = "unix", fill.Replace(p.listens)
	}
	l.Logf("%s is process %d, on %s", s.Run, pid, address)
	l.Cleanup(func() {
		labStop(pid, ended)
		if l.Failed() {
			l.logs()
		}
	})
	const patience = 20 * time.Second
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		connection, err := net.Dial(network, address)
		if err == nil {
			_ = connection.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended by itself: %s", command.ProcessState)
		default:
			if err == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("no answer on %s within %s", address, patience)
}

// labUser is who has this name, for root to start a process as.
func labUser(name string) (*syscall.Credential, error) {
	found, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// labStop ends a process group: politely, then not.
func labStop(pid int, ended <-chan struct{}) {
	_ = syscall.Kill(-pid, syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
	}
	if syscall.Kill(-pid, 0) == nil { // whoever is left of it keeps the number ours
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
	<-ended
}

// logs shows what the servers wrote.
func (l *lab) logs() {
	const most = 4 << 10
	for _, pattern := range []string{"*.out", "*.log"} {
		files, _ := filepath.Glob(filepath.Join(l.dir, pattern))
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
				l.Logf("%s:\n%s", filepath.Base(file), text[max(0, len(text)-most):])
			}
		}
	}
}
