@echo off
rem Runs ShopFloor; builds it first when it is not built. Arguments go to the program: examples\shopfloor --help
setlocal
set "root=%~dp0.."
set "classpath_file=%root%\examples\target\classpath.txt"
if exist "%classpath_file%" goto run
echo shopfloor: building (the first time Maven also downloads about 150 MB, mostly LibTorch and OpenCV) ... 1>&2
pushd "%root%"
call mvn -q -B -Dstyle.color=never -pl examples -am package -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip
if errorlevel 1 (
  popd
  echo shopfloor: the build failed, see above 1>&2
  exit /b 1
)
popd
:run
rem Not set /p: that cuts a line at 1,023 characters.
for /f "usebackq delims=" %%i in ("%classpath_file%") do set "libraries=%%i"
rem An argument file: the class path is longer than a Windows command line may be.
set "argument_file=%root%\examples\target\shopfloor.args"
set "argument=%root%\examples\target\classes;%libraries%"
>"%argument_file%" echo -cp "%argument:\=\\%"
java -Djava.awt.headless=true @"%argument_file%" dev.graft.examples.shopfloor.ShopFloor %*
