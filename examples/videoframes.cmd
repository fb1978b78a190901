@echo off
rem Runs VideoFrames; builds it first when it is not built. Arguments go to the program: examples\videoframes --help
setlocal
set "root=%~dp0.."
set "classpath_file=%root%\examples\video\target\classpath.txt"
if exist "%classpath_file%" goto run
echo videoframes: building (the first time Maven also downloads about 180 MB, mostly LibTorch, OpenCV and FFmpeg) ... 1>&2
pushd "%root%"
call mvn -q -B -Dstyle.color=never -pl examples/video -am package -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip
if errorlevel 1 (
  popd
  echo videoframes: the build failed, see above 1>&2
  exit /b 1
)
popd
:run
rem Not set /p: that cuts a line at 1,023 characters.
for /f "usebackq delims=" %%i in ("%classpath_file%") do set "libraries=%%i"
rem An argument file: the class path is longer than a Windows command line may be.
set "argument_file=%root%\examples\video\target\videoframes.args"
set "argument=%root%\examples\video\target\classes;%libraries%"
>"%argument_file%" echo -cp "%argument:\=\\%"
java -Djava.awt.headless=true @"%argument_file%" dev.graft.examples.video.VideoFrames %*
